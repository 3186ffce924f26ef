Feature: Guests straight on a physical interface
  macvtap in every mode on one device, with an ordinary switch outside and with one that reflects frames (switching.md
  section 5.4). The switch knows every station but the host.

  Background:
    Given an uplink eth0 without address

  Scenario Outline: From <from> to <to> with an ordinary switch
    Given the stations
      | guest | MAC               | address   | at                      |
      | v1    | 52:54:00:00:00:11 | 10.0.0.11 | eth0 in vepa mode       |
      | v2    | 52:54:00:00:00:12 | 10.0.0.12 | eth0 in vepa mode       |
      | b1    | 52:54:00:00:00:13 | 10.0.0.13 | eth0 in bridge mode     |
      | b2    | 52:54:00:00:00:14 | 10.0.0.14 | eth0 in bridge mode     |
      | p1    | 52:54:00:00:00:15 | 10.0.0.15 | eth0 in private mode    |
      | p2    | 52:54:00:00:00:16 | 10.0.0.16 | eth0 in private mode    |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN                     |
      | Y     | 52:54:00:00:00:92 | 10.0.0.92 | LAN                     |
      | host  |                   |           | host behind eth0        |
    And everybody has announced themselves
    When <from> sends a frame to <to>
    Then only <who> receives it

    Examples:
      | from | to                | who                                |
      | b1   | b2                | b2                                 |
      | b1   | b1                | b1                                 |
      | v1   | host              | X and Y                            |
      | b1   | host              | X and Y                            |
      | p1   | host              | X and Y                            |
      | v1   | 52:54:00:00:00:70 | X and Y                            |
      | v1   | X                 | X                                  |
      | p1   | Y                 | Y                                  |
      | v1   | everybody         | X and Y                            |
      | b1   | everybody         | b2, X and Y                        |
      | p1   | everybody         | X and Y                            |
      | X    | everybody         | v1, v2, b1, b2, p1, p2, Y and host |
      | X    | p2                | p2                                 |
      | host | everybody         | X and Y                            |

  Scenario Outline: From <from> to <to> with an ordinary switch, in vain
    Given the stations
      | guest | MAC               | address   | at                      |
      | v1    | 52:54:00:00:00:11 | 10.0.0.11 | eth0 in vepa mode       |
      | v2    | 52:54:00:00:00:12 | 10.0.0.12 | eth0 in vepa mode       |
      | b1    | 52:54:00:00:00:13 | 10.0.0.13 | eth0 in bridge mode     |
      | b2    | 52:54:00:00:00:14 | 10.0.0.14 | eth0 in bridge mode     |
      | p1    | 52:54:00:00:00:15 | 10.0.0.15 | eth0 in private mode    |
      | p2    | 52:54:00:00:00:16 | 10.0.0.16 | eth0 in private mode    |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN                     |
      | Y     | 52:54:00:00:00:92 | 10.0.0.92 | LAN                     |
      | host  |                   |           | host behind eth0        |
    And everybody has announced themselves
    When <from> sends a frame to <to>
    Then nobody receives it

    Examples:
      | from | to |
      | v1   | v2 |
      | v1   | b1 |
      | v1   | p1 |
      | b1   | v1 |
      | b1   | p1 |
      | p1   | v1 |
      | p1   | b1 |
      | p1   | p2 |
      | p1   | p1 |
      | host | v1 |

  Scenario Outline: From <from> to <to> with a reflective switch
    Given a LAN whose switch reflects frames
    And the stations
      | guest | MAC               | address   | at                      |
      | v1    | 52:54:00:00:00:11 | 10.0.0.11 | eth0 in vepa mode       |
      | v2    | 52:54:00:00:00:12 | 10.0.0.12 | eth0 in vepa mode       |
      | b1    | 52:54:00:00:00:13 | 10.0.0.13 | eth0 in bridge mode     |
      | b2    | 52:54:00:00:00:14 | 10.0.0.14 | eth0 in bridge mode     |
      | p1    | 52:54:00:00:00:15 | 10.0.0.15 | eth0 in private mode    |
      | p2    | 52:54:00:00:00:16 | 10.0.0.16 | eth0 in private mode    |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN                     |
      | Y     | 52:54:00:00:00:92 | 10.0.0.92 | LAN                     |
      | host  |                   |           | host behind eth0        |
    And everybody has announced themselves
    When <from> sends a frame to <to>
    Then only <who> receives it

    Examples:
      | from | to                | who                                   |
      | v1   | v2                | v2                                    |
      | v1   | b1                | b1                                    |
      | v1   | p1                | p1                                    |
      | b1   | b2                | b2                                    |
      | b1   | v1                | v1                                    |
      | b1   | p1                | p1                                    |
      | p1   | v1                | v1                                    |
      | p1   | b1                | b1                                    |
      | p1   | p2                | p2                                    |
      | p1   | p1                | p1                                    |
      | b1   | b1                | b1                                    |
      | v1   | host              | X, Y and host                         |
      | b1   | host              | X, Y and host                         |
      | p1   | host              | X, Y and host                         |
      | v1   | 52:54:00:00:00:70 | X, Y and host                         |
      | v1   | X                 | X                                     |
      | p1   | Y                 | Y                                     |
      | v1   | everybody         | v2, b1, b2, X, Y and host             |
      | b1   | everybody         | v1, v2, b2, X, Y and host             |
      | p1   | everybody         | p1, X and Y                           |
      | X    | everybody         | v1, v2, b1, b2, p1, p2, Y and host    |
      | X    | p2                | p2                                    |
      | host | v1                | v1                                    |
      | host | everybody         | v1, v2, b1, b2, p1, p2, X, Y and host |

  Scenario: A group that the host did not join is heard with all multicast on only
    Given the stations
      | guest | MAC               | at                  | port          |
      | v1    | 52:54:00:00:00:11 | eth0 in vepa mode   |               |
      | v2    | 52:54:00:00:00:12 | eth0 in vepa mode   | all multicast |
      | X     | 52:54:00:00:00:91 | LAN                 |               |
    When X sends a frame to everybody with destination MAC 01:00:5e:00:00:01
    Then only v1 and v2 receive it
    When X sends a frame to v1
    Then only v1 receives it

  Scenario: Passthrough takes every unicast frame and shares groups with the host
    Given the stations
      | guest | MAC               | at                       |
      | o1    | 52:54:00:00:00:11 | eth0 in passthrough mode |
      | X     | 52:54:00:00:00:91 | LAN                      |
      | Y     | 52:54:00:00:00:92 | LAN                      |
      | host  |                   | host behind eth0         |
    When X sends a frame to o1
    Then only o1 and Y receive it
    When X sends a frame to 52:54:00:00:00:77
    Then only o1 and Y receive it
    When X sends a frame to everybody
    Then only o1, Y and host receive it
    When X sends a frame to everybody with destination MAC 01:00:5e:01:01:01
    Then only Y and host receive it
    When o1 sends a frame to X
    Then only X receives it

  Scenario: While a passthrough guest's device is down, what is for it is lost
    Given the stations
      | guest | MAC               | at                       |
      | o1    | 52:54:00:00:00:11 | eth0 in passthrough mode |
      | X     | 52:54:00:00:00:91 | LAN                      |
      | Y     | 52:54:00:00:00:92 | LAN                      |
      | host  |                   | host behind eth0         |
    When o1 goes down
    And these frames are sent
      | from | frame                | reaches |
      | o1   | a frame to X         | nobody  |
      | X    | a frame to o1        | Y       |
    When o1 comes up
    And these frames are sent
      | from | frame                | reaches     |
      | X    | a frame to o1        | o1, Y       |
      | X    | a frame to everybody | o1, Y, host |

  Scenario: Tagged frames pass unchanged and addresses are matched without the tag
    Given the stations
      | guest | MAC               | at                  |
      | b1    | 52:54:00:00:00:11 | eth0 in bridge mode |
      | b2    | 52:54:00:00:00:12 | eth0 in bridge mode |
      | X     | 52:54:00:00:00:91 | LAN                 |
    When b1 sends a frame to b2 with VLAN 5
    Then only b2 receives it
    When X sends a frame to b2 with VLAN 5
    Then only b2 receives it
    When b1 sends a frame to X with VLAN 0
    Then only X receives it

  @checklist-16
  Scenario: Private guests behind a switch that reflects hear each other's frames, and their own broadcasts
    Given a LAN whose switch reflects frames
    And the stations
      | guest | MAC               | address   | at                   |
      | p1    | 52:54:00:00:00:15 | 10.0.0.15 | eth0 in private mode |
      | p2    | 52:54:00:00:00:16 | 10.0.0.16 | eth0 in private mode |
      | v1    | 52:54:00:00:00:11 | 10.0.0.11 | eth0 in vepa mode    |
    And everybody has announced themselves
    When p1 sends a frame to p2
    Then only p2 receives it
    When v1 sends a frame to p1
    Then only p1 receives it
    When p1 sends a frame to everybody
    Then only p1 receives it

  Scenario: A router carries frames between private guests
    Given the stations
      | guest | MAC               | address   | at                   |
      | p1    | 52:54:00:00:00:15 | 10.0.0.15 | eth0 in private mode |
      | p2    | 52:54:00:00:00:16 | 10.0.0.16 | eth0 in private mode |
      | R     | 52:54:00:00:00:01 | 10.0.0.1  | LAN                  |
    And everybody has announced themselves
    When p1 sends a UDP datagram to p2
    Then nobody receives it
    When R sends a UDP datagram to p2 with source address of p1
    Then only p2 receives it
    When R sends a frame to everybody
    Then only p1 and p2 receive it
