Feature: Filtered guests straight on a physical interface
  libvirt discards a filterref on a macvtap in silence (nwfilter.md, quirk 42); here it holds, in all four modes.

  Background:
    Given an uplink eth0 without address

  Scenario Outline: A guest in <mode> mode is kept honest
    Given the stations
      | guest | MAC               | address   | at                  |
      | g     | 52:54:00:00:00:11 | 10.0.0.11 | eth0 in <mode> mode |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN                 |
    And g is bound to clean-traffic
    And everybody has announced themselves
    When g sends a UDP datagram to X port 53
    Then only X receives it
    When X sends a UDP datagram to g port 53
    Then only g receives it
    When g sends an ARP request for X
    Then only X receives it
    When g sends a UDP datagram to X with source MAC 52:54:00:00:00:99
    Then nobody receives it
    And it is dropped by no-mac-spoofing
    When g sends a UDP datagram to X with source address 10.0.0.99
    Then it is dropped by no-ip-spoofing
    When g sends an ARP reply to X with sender MAC 52:54:00:00:00:99
    Then it is dropped by no-arp-mac-spoofing
    When g sends an ARP reply to X with sender address 10.0.0.99
    Then it is dropped by no-arp-ip-spoofing
    When g sends an IPv6 ping to X
    Then nobody receives it
    When X sends a frame to g with EtherType 0x1234
    Then it is dropped by no-other-l2-traffic

    Examples:
      | mode        |
      | vepa        |
      | bridge      |
      | private     |
      | passthrough |

  Scenario: A sibling that lies is stopped before its neighbour
    Given the stations
      | guest | MAC               | address   | at                  |
      | b1    | 52:54:00:00:00:13 | 10.0.0.13 | eth0 in bridge mode |
      | b2    | 52:54:00:00:00:14 | 10.0.0.14 | eth0 in bridge mode |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN                 |
    And b1 is bound to clean-traffic
    And everybody has announced themselves
    When b1 sends a UDP datagram to b2 port 53
    Then only b2 receives it
    When b1 sends a UDP datagram to b2 with source address 10.0.0.14
    Then nobody receives it
    When b2 sends a UDP datagram to X with source address 10.0.0.99
    Then only X receives it
