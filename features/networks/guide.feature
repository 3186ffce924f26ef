Feature: The guide's examples of routed networks
  Routed mode as the virtual networking guide shows it: a DMZ, and hosting with public addresses behind a provider that
  accepts only the host's MAC.

  Scenario: Hosts of a DMZ serve the outside, and the inside stays closed
    Given an uplink eth0 with address 203.0.113.2/24 and gateway 203.0.113.1
    And a host with the virtual networks
      | network | mode  | address          |
      | dmz     | route | 198.51.100.1/28  |
      | inside  | nat   | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at     |
      | web   | 52:54:00:00:00:11 | 198.51.100.5   | dmz    |
      | mail  | 52:54:00:00:00:12 | 198.51.100.6   | dmz    |
      | desk  | 52:54:00:00:00:13 | 192.168.122.13 | inside |
      | wan   | 52:54:00:00:00:99 | 203.0.113.9    | LAN    |
    And everybody has announced themselves
    And the LAN knows the host
    When wan routes a TCP SYN to web port 80 from port 6000
    Then web gets "TCP 203.0.113.9:6000 > 198.51.100.5:80 SYN ttl 63"
    When web routes a TCP SYN-ACK to wan port 6000 from port 80 with acknowledgement 1001
    Then wan gets "TCP 198.51.100.5:80 > 203.0.113.9:6000 SYN+ACK ttl 63"
    When desk routes a TCP SYN to mail port 25 from port 6001
    Then mail gets "TCP 198.51.100.1:6001 > 198.51.100.6:25 SYN ttl 63"
    When web routes a TCP SYN to desk port 22 from port 6002
    Then web gets "ICMP 3/3 198.51.100.1 > 198.51.100.5 about TCP 198.51.100.5:6002 > 192.168.122.13:22 SYN ttl 64"
    And nobody else gets anything
    When wan routes a TCP SYN to desk port 22 from port 6003
    Then wan gets "ICMP 3/3 203.0.113.2 > 203.0.113.9 about TCP 203.0.113.9:6003 > 192.168.122.13:22 SYN ttl 64"
    And nobody else gets anything
    When web sends a TCP SYN to mail port 25
    Then only mail receives it

  Scenario: A hosting provider sees one MAC only, whichever guest speaks
    Given an uplink eth0 with address 203.0.113.2/24 and gateway 203.0.113.1
    And a host with the virtual network
      | network | mode  | address         |
      | hosting | route | 198.51.100.1/28 |
    And the stations
      | guest    | MAC               | address      | at      | filter        |
      | vps1     | 52:54:00:00:00:11 | 198.51.100.5 | hosting | clean-traffic |
      | vps2     | 52:54:00:00:00:12 | 198.51.100.6 | hosting | clean-traffic |
      | provider | 52:54:00:00:00:01 | 203.0.113.1  | LAN     |               |
    And everybody has announced themselves
    And the LAN knows the host
    When vps1 routes a UDP datagram to 192.0.2.53 port 53 from port 5000
    Then provider gets "UDP 198.51.100.5:5000 > 192.0.2.53:53 ttl 63"
    And every frame at provider comes from the MAC 52:54:00:00:00:e0
    When vps2 routes a UDP datagram to 192.0.2.53 port 53 from port 5000
    Then provider gets "UDP 198.51.100.6:5000 > 192.0.2.53:53 ttl 63"
    And every frame at provider comes from the MAC 52:54:00:00:00:e0
    When provider routes a UDP datagram to vps2 port 5000 from port 53 with source address 192.0.2.53
    Then vps2 gets "UDP 192.0.2.53:53 > 198.51.100.6:5000 ttl 63"
    When vps1 routes a UDP datagram to 192.0.2.53 port 53 with source address of vps2
    Then it is dropped by no-ip-spoofing

  Scenario: With a bridge instead, the provider sees the guests' own MACs
    Given an uplink eth0 without address
    And the stations
      | guest    | MAC               | address      | at                  |
      | vps1     | 52:54:00:00:00:11 | 203.0.113.11 | eth0 in bridge mode |
      | provider | 52:54:00:00:00:01 | 203.0.113.1  | LAN                 |
    And everybody has announced themselves
    When vps1 sends a UDP datagram to provider port 53
    Then only provider receives it
    And every frame at provider comes from the MAC 52:54:00:00:00:11
