Feature: Filters change while frames flow
  A change is one step: a frame meets the old policy or the new one. What has nothing to do with filters stays as it was.

  Background:
    Given a bridge with guests
      | guest | MAC               | address    | filter        |
      | alice | 52:54:00:00:00:0a | 192.0.2.10 | clean-traffic |
      | bob   | 52:54:00:00:00:0b | 192.0.2.11 | clean-traffic |
      | carol | 52:54:00:00:00:0c | 192.0.2.12 |               |
    And everybody has announced themselves

  Scenario: The bridge still knows its stations after a change
    When alice is bound to no-mac-spoofing instead
    And alice sends a UDP datagram to bob
    Then only bob receives it

  Scenario: A change for one guest leaves the others' filters alone
    When the filter of alice is taken away
    And alice sends a UDP datagram to carol with source address 192.0.2.99
    Then only carol receives it
    When bob sends a UDP datagram to carol with source address 192.0.2.99
    Then it is dropped by no-ip-spoofing

  Scenario: A filter that others refer to changes all of them
    When the filter is redefined as
      """xml
      <filter name='no-ip-spoofing' chain='ipv4-ip' priority='-710'/>
      """
    And these frames are sent
      | from  | frame                                                | reaches |
      | alice | a UDP datagram to bob with source address 192.0.2.99 | bob     |
      | bob   | a UDP datagram to bob with source address 192.0.2.99 | nobody  |
      | bob   | a UDP datagram to carol with source MAC of alice     | nobody  |

  Scenario: Flushed rules filter nothing, and come back as they were
    When somebody flushes the rules
    And alice sends a UDP datagram to bob with source MAC 52:54:00:00:00:99
    Then only bob receives it
    When the rules are put back
    And alice sends a UDP datagram to bob with source MAC 52:54:00:00:00:99
    Then it is dropped by no-mac-spoofing
    When alice sends a UDP datagram to bob
    Then only bob receives it

  Scenario: What is bound between two frames is in force for the second
    When carol sends a UDP datagram to bob with source address 192.0.2.99
    Then only bob receives it
    Given carol is bound to clean-traffic with parameters
      | name | value      |
      | IP   | 192.0.2.77 |
    When these frames are sent
      | from  | frame                                                | reaches |
      | carol | a UDP datagram to bob with source address 192.0.2.77 | bob     |
      | carol | a UDP datagram to bob                                | nobody  |

  Scenario: A guest that moved is a stranger until it speaks
    When alice moves to another port
    And carol sends a UDP datagram to alice
    Then only alice and bob receive it
    When alice sends a UDP datagram to carol
    Then only carol receives it
    When carol sends a UDP datagram to alice
    Then only alice receives it

  Scenario: The filter awaits a guest at its new port, and the guest's lies do not teach the bridge
    When alice moves to another port
    And alice sends a UDP datagram to carol with source address 192.0.2.99
    Then it is dropped by no-ip-spoofing
    When carol sends a UDP datagram to alice
    Then only alice and bob receive it
    When bob sends a UDP datagram to carol with source address 192.0.2.99
    Then it is dropped by no-ip-spoofing

  Scenario: A change reaches a guest wherever it has moved
    When alice moves to another port
    And alice moves to another port
    And bob moves to another port
    And the filter of alice is taken away
    And alice sends a UDP datagram to carol with source address 192.0.2.99
    Then only carol receives it
    When bob sends a UDP datagram to carol with source address 192.0.2.99
    Then it is dropped by no-ip-spoofing
    When alice is bound to no-ip-spoofing instead
    And alice sends a UDP datagram to carol with source address 192.0.2.99
    Then it is dropped by no-ip-spoofing

  Scenario: Flushed rules stay away from a guest that moves, until they are put back
    When somebody flushes the rules
    And alice moves to another port
    And alice sends a UDP datagram to carol with source address 192.0.2.99
    Then only carol receives it
    When the rules are put back
    And alice sends a UDP datagram to carol with source address 192.0.2.99
    Then it is dropped by no-ip-spoofing
