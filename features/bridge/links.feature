Feature: Ports and bridges that go down and come up again
  switching.md sections 2.2 and 2.4: what goes down carries nothing and forgets at once whom it had learned; what comes up
  carries again.

  Background:
    Given a host with the bridge
      | bridge |
      | br0    |
    And bridge netfilter is off
    And the stations
      | guest | MAC               | address    | at              | port                             |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             |                                  |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |                                  |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |                                  |
      | s1    | 52:54:00:00:00:14 | 192.0.2.14 | br0             | known, not learning, not flooded |
      | host  |                   |            | host behind br0 |                                  |
    And everybody has announced themselves

  Scenario: A port that is down neither sends nor receives
    When g2 goes down
    And these frames are sent
      | from | frame                | reaches      |
      | g1   | a frame to everybody | g3, s1, host |
      | g2   | a frame to everybody | nobody       |
      | g2   | a frame to g1        | nobody       |
      | host | a frame to everybody | g1, g3, s1   |
    When g2 comes up
    And these frames are sent
      | from | frame                | reaches          |
      | g1   | a frame to everybody | g2, g3, s1, host |
      | g2   | a frame to g1        | g1               |

  Scenario: A port that goes down takes whom it has learned along, but not whom it was told of
    When g1 sends a frame to g2
    Then only g2 receives it
    When g2 goes down
    And g1 sends a frame to g2
    Then only g3 receives it
    When g2 comes up
    And g1 sends a frame to g2
    Then only g2 and g3 receive it
    When s1 goes down
    And g1 sends a frame to s1
    Then nobody receives it
    When s1 comes up
    And g1 sends a frame to s1
    Then only s1 receives it

  Scenario: A frame for the device of a port that is down still goes to the host
    When g2 goes down
    And g1 sends a frame to fe:54:00:00:00:12
    Then only host receives it

  Scenario: A bridge that is down forwards nothing, and has forgotten everybody when it comes up
    When br0 goes down
    And these frames are sent
      | from | frame                | reaches |
      | g1   | a frame to everybody | nobody  |
      | g1   | a frame to g2        | nobody  |
      | host | a frame to everybody | nobody  |
    When br0 comes up
    And g1 sends a frame to g2
    Then only g2 and g3 receive it
    When g1 sends a frame to s1
    Then only s1 receives it
