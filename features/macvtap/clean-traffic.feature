Feature: clean-traffic on macvtap
  libvirt discards the filter of a direct interface; here it holds, in every mode.

  Background:
    Given an uplink eth0 without address

  Scenario Outline: A guest that says the truth is heard, one that lies is not, <mode>
    Given the stations
      | guest | MAC               | address   | at                  | filter        |
      | g1    | 52:54:00:00:00:11 | 10.0.0.11 | eth0 in <mode> mode | clean-traffic |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN                 |               |
      | Y     | 52:54:00:00:00:92 | 10.0.0.92 | LAN                 |               |
    And everybody has announced themselves
    When g1 sends a UDP datagram to X port 53
    Then only X receives it
    When g1 sends an ARP request for X
    Then only X and Y receive it
    When X sends a UDP datagram to g1 port 5000
    Then only g1 receives it
    When X sends a frame to g1 with EtherType 0x1234
    Then nobody receives it
    When g1 <lie>
    Then nobody receives it

    Examples:
      | mode        | lie                                                             |
      | vepa        | sends a UDP datagram to X with source address 10.0.0.92         |
      | bridge      | sends a UDP datagram to X with source address 10.0.0.92         |
      | private     | sends a UDP datagram to X with source address 10.0.0.92         |
      | passthrough | sends a UDP datagram to X with source address 10.0.0.92         |
      | vepa        | sends a UDP datagram to X with source MAC 52:54:00:00:00:92     |
      | bridge      | sends a UDP datagram to X with source MAC 52:54:00:00:00:92     |
      | private     | sends a UDP datagram to X with source MAC 52:54:00:00:00:92     |
      | passthrough | sends a UDP datagram to X with source MAC 52:54:00:00:00:92     |
      | vepa        | sends an ARP reply to X with sender address 10.0.0.92           |
      | bridge      | sends an ARP reply to X with sender address 10.0.0.92           |
      | private     | sends an ARP reply to X with sender address 10.0.0.92           |
      | passthrough | sends an ARP reply to X with sender address 10.0.0.92           |
      | bridge      | sends an IPv6 ping to X                                         |

  Scenario: Bridge siblings are protected from each other
    Given the stations
      | guest | MAC               | address   | at                  | filter        |
      | b1    | 52:54:00:00:00:13 | 10.0.0.13 | eth0 in bridge mode | clean-traffic |
      | b2    | 52:54:00:00:00:14 | 10.0.0.14 | eth0 in bridge mode | clean-traffic |
      | b3    | 52:54:00:00:00:15 | 10.0.0.15 | eth0 in bridge mode |               |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN                 |               |
    And everybody has announced themselves
    When b1 sends a UDP datagram to b2 port 53
    Then only b2 receives it
    When b1 sends a UDP datagram to b2 with source address of X
    Then nobody receives it
    When b3 sends an IPv6 ping to b2
    Then nobody receives it
    When b1 sends an ARP request for b2
    Then only b2, b3 and X receive it
