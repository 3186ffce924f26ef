Feature: What a Linux bridge does with frames
  Learning, flooding, port flags, reserved groups, frame lengths and the host's own addresses (switching.md section 2).

  Background:
    Given a host with the bridge
      | bridge |
      | br0    |
    And bridge netfilter is off

  Scenario: An unknown station is flooded, a known one is not
    Given the stations
      | guest | MAC               | address    | at              | port |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             |      |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |      |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |      |
      | host  |                   |            | host behind br0 |      |
    When g1 sends a frame to g2
    Then only g2 and g3 receive it
    When g2 sends a frame to g1
    Then only g1 receives it
    When g1 sends a frame to g2
    Then only g2 receives it

  Scenario: A broadcast reaches everybody and the host
    Given the stations
      | guest | MAC               | address    | at              | port |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             |      |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |      |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |      |
      | host  |                   |            | host behind br0 |      |
    When g1 sends a frame to everybody
    Then only g2, g3 and host receive it

  Scenario: A station that moves is found at its new port at once
    Given the stations
      | guest | MAC               | address    | at              | port |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             |      |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |      |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |      |
      | host  |                   |            | host behind br0 |      |
    When g2 sends a frame to g1
    Then only g1 and g3 receive it
    When g3 sends a frame to g1 with source MAC of g2
    And g1 sends a frame to g2
    Then only g3 receives it

  Scenario: A frame for a station behind the sender's own port goes nowhere
    Given the stations
      | guest | MAC               | address    | at              | port |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             |      |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |      |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |      |
      | host  |                   |            | host behind br0 |      |
    When g1 sends a frame to everybody with source MAC 52:54:00:00:00:77
    And g1 sends a frame to 52:54:00:00:00:77
    Then nobody receives it

  @checklist-1
  Scenario Outline: Frames for <whose> device go to the host
    Given the stations
      | guest | MAC               | address    | at              | port |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             |      |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |      |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |      |
      | host  |                   |            | host behind br0 |      |
    When g1 sends a frame to <mac>
    Then only host receives it

    Examples:
      | whose            | mac               |
      | the bridge's own | 52:54:00:00:00:fe |
      | a neighbour's    | fe:54:00:00:00:12 |
      | the sender's     | fe:54:00:00:00:11 |

  Scenario Outline: A source that no station can have, <source>
    Given the stations
      | guest | MAC               | address    | at              | port |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             |      |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |      |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |      |
      | host  |                   |            | host behind br0 |      |
    When g1 sends a frame to g2 with source MAC <source>
    Then nobody receives it

    Examples:
      | source            |
      | ff:ff:ff:ff:ff:ff |
      | 01:00:5e:00:00:01 |
      | 00:00:00:00:00:00 |

  Scenario: A frame from the host's own address is forwarded, and the address not learned
    Given the stations
      | guest | MAC               | address    | at              | port |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             |      |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |      |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |      |
      | host  |                   |            | host behind br0 |      |
    When g1 sends a frame to g2 with source MAC 52:54:00:00:00:fe
    Then only g2 and g3 receive it
    When g2 sends a frame to 52:54:00:00:00:fe
    Then only host receives it

  Scenario Outline: Reserved group 01:80:c2:00:00:<last>
    Given the stations
      | guest | MAC               | address    | at              | port |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             |      |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |      |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |      |
      | host  |                   |            | host behind br0 |      |
    When g1 sends a frame to g2 with destination MAC 01:80:c2:00:00:<last>
    Then nobody receives it

    Examples:
      | last |
      | 01   |
      | 02   |
      | 03   |
      | 04   |
      | 05   |
      | 06   |
      | 07   |
      | 08   |
      | 09   |
      | 0a   |
      | 0b   |
      | 0c   |
      | 0d   |
      | 0e   |
      | 0f   |

  Scenario Outline: Ordinary group <group>
    Given the stations
      | guest | MAC               | address    | at              | port |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             |      |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |      |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |      |
      | host  |                   |            | host behind br0 |      |
    When g1 sends a frame to g2 with destination MAC <group>
    Then only g2, g3 and host receive it

    Examples:
      | group             |
      | 01:80:c2:00:00:00 |
      | 01:80:c2:00:00:10 |
      | 01:80:c2:00:00:20 |
      | 01:80:c2:00:00:21 |
      | 01:80:c2:00:01:00 |
      | 01:00:5e:01:01:01 |
      | 33:33:ff:00:00:01 |

  Scenario: A reserved group teaches the bridge its sender, but for pause frames
    Given the stations
      | guest | MAC               | address    | at              | port |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             |      |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |      |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |      |
      | host  |                   |            | host behind br0 |      |
    When g1 sends a frame to g2 with destination MAC 01:80:c2:00:00:01
    And g2 sends a frame to g1
    Then only g1 and g3 receive it
    When g1 sends a frame to g2 with destination MAC 01:80:c2:00:00:02
    And g2 sends a frame to g1
    Then only g1 receives it

  Scenario: Hairpin sends frames back where they came from
    Given the stations
      | guest | MAC               | address    | at              | port    |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             | hairpin |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |         |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |         |
      | host  |                   |            | host behind br0 |         |
    When g1 sends a frame to everybody
    Then only g1, g2, g3 and host receive it
    When g1 sends a frame to g1
    Then only g1 receives it
    When g2 sends a frame to everybody
    Then only g1, g3 and host receive it

  Scenario: Isolated ports reach others and the host, but not each other
    Given the stations
      | guest | MAC               | address    | at              | port     |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             | isolated |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             | isolated |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |          |
      | host  |                   |            | host behind br0 |          |
    When g1 sends a frame to everybody
    Then only g3 and host receive it
    When g3 sends a frame to everybody
    Then only g1, g2 and host receive it
    When g2 sends a frame to g1
    Then nobody receives it
    When host sends a frame to g1
    Then only g1 receives it

  Scenario: Isolation wins over hairpin
    Given the stations
      | guest | MAC               | address    | at              | port              |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             | isolated, hairpin |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             | isolated          |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |                   |
      | host  |                   |            | host behind br0 |                   |
    When g1 sends a frame to everybody
    Then only g3 and host receive it

  Scenario: A port that does not learn still forwards
    Given the stations
      | guest | MAC               | address    | at              | port         |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             | not learning |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |              |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |              |
      | host  |                   |            | host behind br0 |              |
    When g1 sends a frame to everybody
    And g2 sends a frame to g1
    Then only g1 and g3 receive it

  Scenario: A port without flooding hears unknown stations' frames no more
    Given the stations
      | guest | MAC               | address    | at              | port        |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             |             |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |             |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             | not flooded |
      | host  |                   |            | host behind br0 |             |
    When g1 sends a frame to g2
    Then only g2 receives it
    When g1 sends a frame to everybody
    Then only g2, g3 and host receive it

  Scenario: The host's own frames use the same table
    Given the stations
      | guest | MAC               | address    | at              | port |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             |      |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |      |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |      |
      | host  |                   |            | host behind br0 |      |
    When host sends a frame to g1
    Then only g1, g2 and g3 receive it
    When g1 sends a frame to everybody
    And host sends a frame to g1
    Then only g1 receives it

  Scenario: Tags pass unchanged and make no difference to the table
    Given the stations
      | guest | MAC               | address    | at              | port |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             |      |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |      |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |      |
      | host  |                   |            | host behind br0 |      |
    When g1 sends a frame to g2 with VLAN 5
    Then only g2 and g3 receive it
    When g2 sends a frame to g1
    Then only g1 receives it
    When g2 sends a frame to g1 with VLAN 0
    Then only g1 receives it

  @checklist-3
  Scenario Outline: A frame of <length> bytes
    Given the stations
      | guest | MAC               | address    | at              | port     |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             |          |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |          |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             | MTU 2000 |
      | host  |                   |            | host behind br0 |          |
    When g1 broadcasts <length> bytes
    Then only <who> receive it

    Examples:
      | length | who             |
      | 14     | g2, g3 and host |
      | 59     | g2, g3 and host |
      | 1514   | g2, g3 and host |
      | 1518   | g2, g3 and host |
      | 1519   | g3 and host     |
      | 2018   | g3 and host     |
