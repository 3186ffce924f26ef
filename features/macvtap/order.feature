Feature: Order and fragments on macvtap
  switching.md sections 5.6 and 5.7. What comes to a group from the wire waits for a worker of the kernel.

  Background:
    Given an uplink eth0 without address
    And the stations
      | guest | MAC               | address   | at                   |
      | v1    | 52:54:00:00:00:11 | 10.0.0.11 | eth0 in vepa mode    |
      | b1    | 52:54:00:00:00:13 | 10.0.0.13 | eth0 in bridge mode  |
      | p1    | 52:54:00:00:00:15 | 10.0.0.15 | eth0 in private mode |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN                  |
      | Y     | 52:54:00:00:00:92 | 10.0.0.92 | LAN                  |
      | host  |                   |           | host behind eth0     |
    And everybody has announced themselves

  @checklist-17
  Scenario: A broadcast may be overtaken by a frame for the guest alone, and each kind keeps its order
    When X sends in one go
      | frame                                    |
      | a frame to everybody with payload "one"  |
      | a frame to v1 with payload "two"         |
      | a frame to everybody with payload "three"|
      | a frame to b1 with payload "four"        |
      | a frame to v1 with payload "five"        |
      | a frame to everybody with payload "six"  |
    Then v1 gets 2 frames to itself in order, and 3 to groups in order
    And b1 gets 1 frame to itself in order, and 3 to groups in order
    And p1 gets 0 frames to itself in order, and 3 to groups in order
    And host gets 0 frames to itself in order, and 3 to groups in order

  @checklist-17
  Scenario Outline: Fragments for a group are put together on their way in, <order>
    When X sends the <one> fragment of a datagram of 100 bytes to the group 224.0.0.1
    Then only Y receives it
    When X sends the <other> fragment of a datagram of 100 bytes to the group 224.0.0.1
    Then v1 gets "UDP 10.0.0.91:5000 > 224.0.0.1:7 ttl 64"
    And b1 gets "UDP 10.0.0.91:5000 > 224.0.0.1:7 ttl 64"
    And p1 gets "UDP 10.0.0.91:5000 > 224.0.0.1:7 ttl 64"
    And host gets "UDP 10.0.0.91:5000 > 224.0.0.1:7 ttl 64"
    And Y receives 1 frame

    Examples:
      | order       | one   | other |
      | in order    | first | last  |
      | backwards   | last  | first |

  @checklist-17
  Scenario: Fragments for one guest pass one by one
    When X sends the last fragment of a datagram of 100 bytes to v1
    Then only v1 receives it
    When X sends the first fragment of a datagram of 100 bytes to v1
    Then only v1 receives it

  @checklist-17
  Scenario: Fragments that a sibling sends to a group go to bridge siblings and the wire as they are
    When b1 sends the last fragment of a datagram of 100 bytes to the group 224.0.0.1
    Then only X and Y receive it
