Feature: Time passes in the simulator
  The kernel's clock cannot be turned, so these scenarios carry the tag of the one testbed that can.

  @simulator
  Scenario: The bridge forgets a silent guest after 300 seconds
    Given a bridge with guests
      | guest | address    |
      | alice | 192.0.2.10 |
      | bob   | 192.0.2.11 |
      | carol | 192.0.2.12 |
    And everybody has announced themselves
    When 299 seconds pass
    And alice sends a UDP datagram to bob
    Then only bob receives it
    When 2 seconds pass
    And alice sends a UDP datagram to bob
    Then bob and carol receive it
