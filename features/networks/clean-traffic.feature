Feature: clean-traffic in every kind of virtual network
  A filter belongs to the port, so it holds whichever way the network is connected. Frames that go through the host pass
  the sender's filter before the host sees them.

  Background:
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And IP forwarding is on

  Scenario Outline: Honest guests reach whom the network lets them reach, <mode>
    Given a host with the virtual network
      | network | mode   | address          |
      | default | <mode> | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      | filter        |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default | clean-traffic |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default | clean-traffic |
      | g3    | 52:54:00:00:00:13 | 192.168.122.13 | default |               |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |               |
    And everybody has announced themselves
    And the LAN knows the host
    When g1 sends a UDP datagram to g2 port 53
    Then only g2 receives it
    When g1 sends an ARP request for g2
    Then only g2 and g3 receive it
    When g1 routes a ping to 192.168.122.1
    Then g1 gets "ICMP 0/0 192.168.122.1 > 192.168.122.11 ttl 64"
    When g1 routes a UDP datagram to L port 53 from port 5000
    Then <who> gets "<packet>"
    And nobody else gets anything

    Examples:
      | mode     | who | packet                                                                                     |
      | isolated | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 10.0.0.9:53 ttl 64 |
      | nat      | L   | UDP 10.0.0.2:5000 > 10.0.0.9:53 ttl 63                                                     |
      | route    | L   | UDP 192.168.122.11:5000 > 10.0.0.9:53 ttl 63                                               |
      | open     | L   | UDP 192.168.122.11:5000 > 10.0.0.9:53 ttl 63                                               |

  Scenario Outline: A lie goes nowhere, not even to the host, <mode>
    Given a host with the virtual network
      | network | mode   | address          |
      | default | <mode> | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      | filter        |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default | clean-traffic |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default | clean-traffic |
      | g3    | 52:54:00:00:00:13 | 192.168.122.13 | default |               |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |               |
    And everybody has announced themselves
    And the LAN knows the host
    When g1 <does> <frame>
    Then it is dropped by <filter>
    And nothing arrives

    Examples:
      | mode     | does   | frame                                                           | filter              |
      | isolated | sends  | a UDP datagram to g2 port 53 with source address 192.168.122.12 | no-ip-spoofing      |
      | isolated | sends  | a UDP datagram to g3 port 53 with source MAC of g2              | no-mac-spoofing     |
      | isolated | sends  | an ARP reply to g3 with sender address of g2                    | no-arp-ip-spoofing  |
      | isolated | sends  | an ARP reply to g3 with sender MAC of g2                        | no-arp-mac-spoofing |
      | isolated | sends  | an IPv6 ping to g2                                              | no-other-l2-traffic |
      | isolated | sends  | a frame to g2 with EtherType 0x1234                             | no-other-l2-traffic |
      | isolated | routes | a UDP datagram to L port 53 with source address 203.0.113.5     | no-ip-spoofing      |
      | isolated | routes | a ping to 10.0.0.2 with source address of g2                    | no-ip-spoofing      |
      | nat      | sends  | a UDP datagram to g2 port 53 with source address 192.168.122.12 | no-ip-spoofing      |
      | nat      | sends  | a UDP datagram to g3 port 53 with source MAC of g2              | no-mac-spoofing     |
      | nat      | sends  | an ARP reply to g3 with sender address of g2                    | no-arp-ip-spoofing  |
      | nat      | sends  | an ARP reply to g3 with sender MAC of g2                        | no-arp-mac-spoofing |
      | nat      | sends  | an IPv6 ping to g2                                              | no-other-l2-traffic |
      | nat      | sends  | a frame to g2 with EtherType 0x1234                             | no-other-l2-traffic |
      | nat      | routes | a UDP datagram to L port 53 with source address 203.0.113.5     | no-ip-spoofing      |
      | nat      | routes | a ping to 10.0.0.2 with source address of g2                    | no-ip-spoofing      |
      | route    | sends  | a UDP datagram to g2 port 53 with source address 192.168.122.12 | no-ip-spoofing      |
      | route    | sends  | a UDP datagram to g3 port 53 with source MAC of g2              | no-mac-spoofing     |
      | route    | sends  | an ARP reply to g3 with sender address of g2                    | no-arp-ip-spoofing  |
      | route    | sends  | an ARP reply to g3 with sender MAC of g2                        | no-arp-mac-spoofing |
      | route    | sends  | an IPv6 ping to g2                                              | no-other-l2-traffic |
      | route    | sends  | a frame to g2 with EtherType 0x1234                             | no-other-l2-traffic |
      | route    | routes | a UDP datagram to L port 53 with source address 203.0.113.5     | no-ip-spoofing      |
      | route    | routes | a ping to 10.0.0.2 with source address of g2                    | no-ip-spoofing      |
      | open     | sends  | a UDP datagram to g2 port 53 with source address 192.168.122.12 | no-ip-spoofing      |
      | open     | sends  | a UDP datagram to g3 port 53 with source MAC of g2              | no-mac-spoofing     |
      | open     | sends  | an ARP reply to g3 with sender address of g2                    | no-arp-ip-spoofing  |
      | open     | sends  | an ARP reply to g3 with sender MAC of g2                        | no-arp-mac-spoofing |
      | open     | sends  | an IPv6 ping to g2                                              | no-other-l2-traffic |
      | open     | sends  | a frame to g2 with EtherType 0x1234                             | no-other-l2-traffic |
      | open     | routes | a UDP datagram to L port 53 with source address 203.0.113.5     | no-ip-spoofing      |
      | open     | routes | a ping to 10.0.0.2 with source address of g2                    | no-ip-spoofing      |
