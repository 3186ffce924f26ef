Feature: IPv6 through a virtual network
  What the IPv6 of a host does for its guests (switching.md sections 3.3, 3.4 and 8.4): the verdict matrix again, with libvirt's
  ip6tables rules. In nat mode they route, unless the network's XML says that IPv6 is translated too.

  Background:
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And the uplink eth0 has the address 2001:db8:f::2/64 and the gateway 2001:db8:f::1 too
    And IP forwarding is on

  Scenario Outline: A guest speaks to the LAN, <mode>
    Given a host with the virtual network
      | network | mode   | address                            |
      | default | <mode> | 192.168.122.1/24, 2001:db8:1::1/64 |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1, 2001:db8:f::1        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When <does>
    Then <who> gets "<packet>"
    And nobody else gets anything

    Examples:
      | mode     | does                                                       | who | packet                                                                                                     |
      | isolated | g1 routes an IPv6 UDP datagram to L port 53 from port 5000 | g1  | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:f::9]:53 hops 64     |
      | nat      | g1 routes an IPv6 UDP datagram to L port 53 from port 5000 | L   | UDP [2001:db8:1::11]:5000 > [2001:db8:f::9]:53 hops 63                                                     |
      | route    | g1 routes an IPv6 UDP datagram to L port 53 from port 5000 | L   | UDP [2001:db8:1::11]:5000 > [2001:db8:f::9]:53 hops 63                                                     |
      | open     | g1 routes an IPv6 UDP datagram to L port 53 from port 5000 | L   | UDP [2001:db8:1::11]:5000 > [2001:db8:f::9]:53 hops 63                                                     |
      | isolated | g1 routes an IPv6 TCP SYN to L port 80 from port 5001      | g1  | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about TCP [2001:db8:1::11]:5001 > [2001:db8:f::9]:80 SYN hops 64 |
      | nat      | g1 routes an IPv6 TCP SYN to L port 80 from port 5001      | L   | TCP [2001:db8:1::11]:5001 > [2001:db8:f::9]:80 SYN hops 63                                                 |
      | route    | g1 routes an IPv6 TCP SYN to L port 80 from port 5001      | L   | TCP [2001:db8:1::11]:5001 > [2001:db8:f::9]:80 SYN hops 63                                                 |
      | open     | g1 routes an IPv6 TCP SYN to L port 80 from port 5001      | L   | TCP [2001:db8:1::11]:5001 > [2001:db8:f::9]:80 SYN hops 63                                                 |
      | isolated | g1 routes an IPv6 ping to L                                | g1  | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about ICMPv6 128/0 2001:db8:1::11 > 2001:db8:f::9 hops 64        |
      | nat      | g1 routes an IPv6 ping to L                                | L   | ICMPv6 128/0 2001:db8:1::11 > 2001:db8:f::9 hops 63                                                        |
      | route    | g1 routes an IPv6 ping to L                                | L   | ICMPv6 128/0 2001:db8:1::11 > 2001:db8:f::9 hops 63                                                        |
      | open     | g1 routes an IPv6 ping to L                                | L   | ICMPv6 128/0 2001:db8:1::11 > 2001:db8:f::9 hops 63                                                        |

  Scenario Outline: The LAN speaks to a guest, in nat mode as well, <mode>
    Given a host with the virtual network
      | network | mode   | address                            |
      | default | <mode> | 192.168.122.1/24, 2001:db8:1::1/64 |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1, 2001:db8:f::1        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When <does>
    Then <who> gets "<packet>"
    And nobody else gets anything

    Examples:
      | mode     | does                                                       | who | packet                                                                                                    |
      | isolated | L routes an IPv6 UDP datagram to g1 port 5000 from port 53 | L   | ICMPv6 1/4 2001:db8:f::2 > 2001:db8:f::9 about UDP [2001:db8:f::9]:53 > [2001:db8:1::11]:5000 hops 64     |
      | nat      | L routes an IPv6 UDP datagram to g1 port 5000 from port 53 | g1  | UDP [2001:db8:f::9]:53 > [2001:db8:1::11]:5000 hops 63                                                    |
      | route    | L routes an IPv6 UDP datagram to g1 port 5000 from port 53 | g1  | UDP [2001:db8:f::9]:53 > [2001:db8:1::11]:5000 hops 63                                                    |
      | open     | L routes an IPv6 UDP datagram to g1 port 5000 from port 53 | g1  | UDP [2001:db8:f::9]:53 > [2001:db8:1::11]:5000 hops 63                                                    |
      | isolated | L routes an IPv6 TCP SYN to g1 port 22 from port 5001      | L   | ICMPv6 1/4 2001:db8:f::2 > 2001:db8:f::9 about TCP [2001:db8:f::9]:5001 > [2001:db8:1::11]:22 SYN hops 64 |
      | nat      | L routes an IPv6 TCP SYN to g1 port 22 from port 5001      | g1  | TCP [2001:db8:f::9]:5001 > [2001:db8:1::11]:22 SYN hops 63                                                |
      | route    | L routes an IPv6 TCP SYN to g1 port 22 from port 5001      | g1  | TCP [2001:db8:f::9]:5001 > [2001:db8:1::11]:22 SYN hops 63                                                |
      | open     | L routes an IPv6 TCP SYN to g1 port 22 from port 5001      | g1  | TCP [2001:db8:f::9]:5001 > [2001:db8:1::11]:22 SYN hops 63                                                |
      | isolated | L routes an IPv6 ping to g1                                | L   | ICMPv6 1/4 2001:db8:f::2 > 2001:db8:f::9 about ICMPv6 128/0 2001:db8:f::9 > 2001:db8:1::11 hops 64        |
      | nat      | L routes an IPv6 ping to g1                                | g1  | ICMPv6 128/0 2001:db8:f::9 > 2001:db8:1::11 hops 63                                                       |
      | route    | L routes an IPv6 ping to g1                                | g1  | ICMPv6 128/0 2001:db8:f::9 > 2001:db8:1::11 hops 63                                                       |
      | open     | L routes an IPv6 ping to g1                                | g1  | ICMPv6 128/0 2001:db8:f::9 > 2001:db8:1::11 hops 63                                                       |

  Scenario Outline: The host answers for its addresses, <mode>
    Given a host with the virtual network
      | network | mode   | address                            |
      | default | <mode> | 192.168.122.1/24, 2001:db8:1::1/64 |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1, 2001:db8:f::1        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When <does>
    Then <who> gets "<packet>"

    Examples:
      | mode     | does                                                                  | who | packet                                                                                                |
      | isolated | g1 routes an IPv6 ping to 2001:db8:1::1                               | g1  | ICMPv6 129/0 2001:db8:1::1 > 2001:db8:1::11 hops 64                                                   |
      | isolated | g1 routes an IPv6 ping to 2001:db8:f::2                               | g1  | ICMPv6 129/0 2001:db8:f::2 > 2001:db8:1::11 hops 64                                                   |
      | isolated | L routes an IPv6 ping to 2001:db8:1::1                                | L   | ICMPv6 129/0 2001:db8:1::1 > 2001:db8:f::9 hops 64                                                    |
      | isolated | g1 routes an IPv6 ping to fe80::5054:ff:fe00:fe                       | g1  | ICMPv6 129/0 fe80::5054:ff:fe00:fe > 2001:db8:1::11 hops 64                                           |
      | isolated | g1 routes an IPv6 UDP datagram to 2001:db8:1::1 port 9 from port 5000 | g1  | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:1::1]:9 hops 64 |
      | isolated | g1 routes an IPv6 TCP SYN to 2001:db8:1::1 port 9 from port 5000      | g1  | TCP [2001:db8:1::1]:9 > [2001:db8:1::11]:5000 RST+ACK hops 64                                         |
      | isolated | g1 sends a neighbour solicitation for 2001:db8:1::1                   | g1  | ICMPv6 136/0 2001:db8:1::1 > 2001:db8:1::11 target 2001:db8:1::1 hops 255                             |
      | nat      | g1 routes an IPv6 ping to 2001:db8:1::1                               | g1  | ICMPv6 129/0 2001:db8:1::1 > 2001:db8:1::11 hops 64                                                   |
      | nat      | g1 routes an IPv6 ping to 2001:db8:f::2                               | g1  | ICMPv6 129/0 2001:db8:f::2 > 2001:db8:1::11 hops 64                                                   |
      | nat      | L routes an IPv6 ping to 2001:db8:1::1                                | L   | ICMPv6 129/0 2001:db8:1::1 > 2001:db8:f::9 hops 64                                                    |
      | nat      | g1 routes an IPv6 ping to fe80::5054:ff:fe00:fe                       | g1  | ICMPv6 129/0 fe80::5054:ff:fe00:fe > 2001:db8:1::11 hops 64                                           |
      | nat      | g1 routes an IPv6 UDP datagram to 2001:db8:1::1 port 9 from port 5000 | g1  | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:1::1]:9 hops 64 |
      | nat      | g1 routes an IPv6 TCP SYN to 2001:db8:1::1 port 9 from port 5000      | g1  | TCP [2001:db8:1::1]:9 > [2001:db8:1::11]:5000 RST+ACK hops 64                                         |
      | nat      | g1 sends a neighbour solicitation for 2001:db8:1::1                   | g1  | ICMPv6 136/0 2001:db8:1::1 > 2001:db8:1::11 target 2001:db8:1::1 hops 255                             |
      | route    | g1 routes an IPv6 ping to 2001:db8:1::1                               | g1  | ICMPv6 129/0 2001:db8:1::1 > 2001:db8:1::11 hops 64                                                   |
      | route    | g1 routes an IPv6 ping to 2001:db8:f::2                               | g1  | ICMPv6 129/0 2001:db8:f::2 > 2001:db8:1::11 hops 64                                                   |
      | route    | L routes an IPv6 ping to 2001:db8:1::1                                | L   | ICMPv6 129/0 2001:db8:1::1 > 2001:db8:f::9 hops 64                                                    |
      | route    | g1 routes an IPv6 ping to fe80::5054:ff:fe00:fe                       | g1  | ICMPv6 129/0 fe80::5054:ff:fe00:fe > 2001:db8:1::11 hops 64                                           |
      | route    | g1 routes an IPv6 UDP datagram to 2001:db8:1::1 port 9 from port 5000 | g1  | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:1::1]:9 hops 64 |
      | route    | g1 routes an IPv6 TCP SYN to 2001:db8:1::1 port 9 from port 5000      | g1  | TCP [2001:db8:1::1]:9 > [2001:db8:1::11]:5000 RST+ACK hops 64                                         |
      | route    | g1 sends a neighbour solicitation for 2001:db8:1::1                   | g1  | ICMPv6 136/0 2001:db8:1::1 > 2001:db8:1::11 target 2001:db8:1::1 hops 255                             |
      | open     | g1 routes an IPv6 ping to 2001:db8:1::1                               | g1  | ICMPv6 129/0 2001:db8:1::1 > 2001:db8:1::11 hops 64                                                   |
      | open     | g1 routes an IPv6 ping to 2001:db8:f::2                               | g1  | ICMPv6 129/0 2001:db8:f::2 > 2001:db8:1::11 hops 64                                                   |
      | open     | L routes an IPv6 ping to 2001:db8:1::1                                | L   | ICMPv6 129/0 2001:db8:1::1 > 2001:db8:f::9 hops 64                                                    |
      | open     | g1 routes an IPv6 ping to fe80::5054:ff:fe00:fe                       | g1  | ICMPv6 129/0 fe80::5054:ff:fe00:fe > 2001:db8:1::11 hops 64                                           |
      | open     | g1 routes an IPv6 UDP datagram to 2001:db8:1::1 port 9 from port 5000 | g1  | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:1::1]:9 hops 64 |
      | open     | g1 routes an IPv6 TCP SYN to 2001:db8:1::1 port 9 from port 5000      | g1  | TCP [2001:db8:1::1]:9 > [2001:db8:1::11]:5000 RST+ACK hops 64                                         |
      | open     | g1 sends a neighbour solicitation for 2001:db8:1::1                   | g1  | ICMPv6 136/0 2001:db8:1::1 > 2001:db8:1::11 target 2001:db8:1::1 hops 255                             |

  Scenario Outline: A packet whose hop limit is used up, <mode>
    Given a host with the virtual network
      | network | mode   | address                            |
      | default | <mode> | 192.168.122.1/24, 2001:db8:1::1/64 |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1, 2001:db8:f::1        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When <does>
    Then <who> gets "<packet>"
    And nobody else gets anything

    Examples:
      | mode     | does                                                                  | who | packet                                                                                                 |
      | isolated | g1 routes an IPv6 UDP datagram to L port 53 from port 5000 with TTL 1 | g1  | ICMPv6 3/0 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:f::9]:53 hops 64 |
      | isolated | L routes an IPv6 UDP datagram to g1 port 53 from port 5000 with TTL 1 | L   | ICMPv6 3/0 2001:db8:f::2 > 2001:db8:f::9 about UDP [2001:db8:f::9]:5000 > [2001:db8:1::11]:53 hops 64  |
      | nat      | g1 routes an IPv6 UDP datagram to L port 53 from port 5000 with TTL 1 | g1  | ICMPv6 3/0 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:f::9]:53 hops 64 |
      | nat      | L routes an IPv6 UDP datagram to g1 port 53 from port 5000 with TTL 1 | L   | ICMPv6 3/0 2001:db8:f::2 > 2001:db8:f::9 about UDP [2001:db8:f::9]:5000 > [2001:db8:1::11]:53 hops 64  |
      | route    | g1 routes an IPv6 UDP datagram to L port 53 from port 5000 with TTL 1 | g1  | ICMPv6 3/0 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:f::9]:53 hops 64 |
      | route    | L routes an IPv6 UDP datagram to g1 port 53 from port 5000 with TTL 1 | L   | ICMPv6 3/0 2001:db8:f::2 > 2001:db8:f::9 about UDP [2001:db8:f::9]:5000 > [2001:db8:1::11]:53 hops 64  |
      | open     | g1 routes an IPv6 UDP datagram to L port 53 from port 5000 with TTL 1 | g1  | ICMPv6 3/0 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:f::9]:53 hops 64 |
      | open     | L routes an IPv6 UDP datagram to g1 port 53 from port 5000 with TTL 1 | L   | ICMPv6 3/0 2001:db8:f::2 > 2001:db8:f::9 about UDP [2001:db8:f::9]:5000 > [2001:db8:1::11]:53 hops 64  |

  Scenario Outline: A foreign source is rejected towards where it belongs, <mode>
    Given a host with the virtual network
      | network | mode   | address                            |
      | default | <mode> | 192.168.122.1/24, 2001:db8:1::1/64 |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1, 2001:db8:f::1        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When <does>
    Then <who> gets "<packet>"
    And nobody else gets anything

    Examples:
      | mode     | does                                                                                          | who | packet                                                                                                 |
      | isolated | g1 routes an IPv6 UDP datagram to L port 53 from port 5000 with source address 2001:db8:66::1 | gw  | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:66::1 about UDP [2001:db8:66::1]:5000 > [2001:db8:f::9]:53 hops 64 |
      | nat      | g1 routes an IPv6 UDP datagram to L port 53 from port 5000 with source address 2001:db8:66::1 | gw  | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:66::1 about UDP [2001:db8:66::1]:5000 > [2001:db8:f::9]:53 hops 64 |
      | route    | g1 routes an IPv6 UDP datagram to L port 53 from port 5000 with source address 2001:db8:66::1 | gw  | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:66::1 about UDP [2001:db8:66::1]:5000 > [2001:db8:f::9]:53 hops 64 |
      | open     | g1 routes an IPv6 UDP datagram to L port 53 from port 5000 with source address 2001:db8:66::1 | L   | UDP [2001:db8:66::1]:5000 > [2001:db8:f::9]:53 hops 63                                                 |

  Scenario Outline: Addresses that no station can have, <mode>
    Given a host with the virtual network
      | network | mode   | address                            |
      | default | <mode> | 192.168.122.1/24, 2001:db8:1::1/64 |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1, 2001:db8:f::1        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When <does>
    Then nothing arrives

    Examples:
      | mode     | does                                                                   |
      | isolated | g1 routes an IPv6 UDP datagram to L port 7 with source address ::1     |
      | isolated | g1 routes an IPv6 UDP datagram to L port 7 with source address ff02::5 |
      | isolated | g1 routes an IPv6 UDP datagram to ::1 port 7                           |
      | isolated | g1 routes an IPv6 UDP datagram to ff01::1 port 7                       |
      | nat      | g1 routes an IPv6 UDP datagram to L port 7 with source address ::1     |
      | nat      | g1 routes an IPv6 UDP datagram to L port 7 with source address ff02::5 |
      | nat      | g1 routes an IPv6 UDP datagram to ::1 port 7                           |
      | nat      | g1 routes an IPv6 UDP datagram to ff01::1 port 7                       |
      | route    | g1 routes an IPv6 UDP datagram to L port 7 with source address ::1     |
      | route    | g1 routes an IPv6 UDP datagram to L port 7 with source address ff02::5 |
      | route    | g1 routes an IPv6 UDP datagram to ::1 port 7                           |
      | route    | g1 routes an IPv6 UDP datagram to ff01::1 port 7                       |
      | open     | g1 routes an IPv6 UDP datagram to L port 7 with source address ::1     |
      | open     | g1 routes an IPv6 UDP datagram to L port 7 with source address ff02::5 |
      | open     | g1 routes an IPv6 UDP datagram to ::1 port 7                           |
      | open     | g1 routes an IPv6 UDP datagram to ff01::1 port 7                       |

  Scenario Outline: Neighbours see each other's frames as they were sent, <mode>
    Given a host with the virtual network
      | network | mode   | address                            |
      | default | <mode> | 192.168.122.1/24, 2001:db8:1::1/64 |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1, 2001:db8:f::1        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When <does>
    Then g2 gets it unchanged

    Examples:
      | mode     | does                                                |
      | isolated | g1 sends an IPv6 UDP datagram to g2 port 53         |
      | isolated | g1 sends an IPv6 ping to g2                         |
      | isolated | g1 sends a neighbour solicitation for g2            |
      | isolated | g1 sends a neighbour solicitation for 2001:db8:f::2 |
      | nat      | g1 sends an IPv6 UDP datagram to g2 port 53         |
      | nat      | g1 sends an IPv6 ping to g2                         |
      | nat      | g1 sends a neighbour solicitation for g2            |
      | nat      | g1 sends a neighbour solicitation for 2001:db8:f::2 |
      | route    | g1 sends an IPv6 UDP datagram to g2 port 53         |
      | route    | g1 sends an IPv6 ping to g2                         |
      | route    | g1 sends a neighbour solicitation for g2            |
      | route    | g1 sends a neighbour solicitation for 2001:db8:f::2 |
      | open     | g1 sends an IPv6 UDP datagram to g2 port 53         |
      | open     | g1 sends an IPv6 ping to g2                         |
      | open     | g1 sends a neighbour solicitation for g2            |
      | open     | g1 sends a neighbour solicitation for 2001:db8:f::2 |

  Scenario Outline: A neighbour reached through the host is named to the sender, <mode>
    Given a host with the virtual network
      | network | mode   | address                            |
      | default | <mode> | 192.168.122.1/24, 2001:db8:1::1/64 |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1, 2001:db8:f::1        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When g1 routes an IPv6 UDP datagram to g2 port 53 from port 5000
    Then g1 gets "ICMPv6 137/0 fe80::5054:ff:fe00:fe > 2001:db8:1::11 target 2001:db8:1::12 hops 255"
    And g2 gets "UDP [2001:db8:1::11]:5000 > [2001:db8:1::12]:53 hops 63"

    Examples:
      | mode     |
      | isolated |
      | nat      |
      | route    |
      | open     |

  Scenario Outline: A ping to all nodes is answered by the host too, and a probe for its address to all nodes, <mode>
    Given a host with the virtual network
      | network | mode   | address                            |
      | default | <mode> | 192.168.122.1/24, 2001:db8:1::1/64 |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1, 2001:db8:f::1        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When g1 sends an IPv6 ping to everybody
    Then g1 gets "ICMPv6 129/0 2001:db8:1::1 > 2001:db8:1::11 hops 64"
    When g1 sends a neighbour solicitation for 2001:db8:1::1 with source address ::
    Then g2 gets "ICMPv6 135/0 :: > ff02::1:ff00:1 target 2001:db8:1::1 hops 255"

    Examples:
      | mode     |
      | isolated |
      | nat      |
      | route    |
      | open     |

  Scenario Outline: A packet that is larger than the MTU is sent back, <how>, <mode>
    Given a host with the virtual network
      | network | mode   | address                            |
      | default | <mode> | 192.168.122.1/24, 2001:db8:1::1/64 |
    And the stations
      | guest | MAC               | address                        | at      | port     |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default | MTU 2000 |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |          |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |          |
    And everybody has announced themselves
    And the LAN knows the host
    When g1 <how> an IPv6 UDP datagram to <to> port 7 from port 5000 with payload length 1453
    Then g1 gets "ICMPv6 2/0 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [<address>]:7 hops 64"
    And nobody else gets anything
    When g1 <how> an IPv6 UDP datagram to <to> port 7 from port 5000 with payload length 1452
    Then <to> gets "UDP [2001:db8:1::11]:5000 > [<address>]:7 hops <hops>"

    Examples:
      | mode     | how    | to | address        | hops |
      | nat      | routes | L  | 2001:db8:f::9  | 63   |
      | route    | routes | L  | 2001:db8:f::9  | 63   |
      | open     | routes | L  | 2001:db8:f::9  | 63   |
      | isolated | sends  | g2 | 2001:db8:1::12 | 64   |
      | nat      | sends  | g2 | 2001:db8:1::12 | 64   |
      | route    | sends  | g2 | 2001:db8:1::12 | 64   |
      | open     | sends  | g2 | 2001:db8:1::12 | 64   |

  Scenario Outline: What the host has no way to, <what>
    Given a host with the virtual network
      | network | mode  | address                            |
      | default | route | 192.168.122.1/24, 2001:db8:1::1/64 |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1, 2001:db8:f::1        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When g1 routes <packet>
    Then <who> gets "<told>"

    Examples:
      | what                          | packet                                                                     | who | told                                                                                       |
      | a neighbour that is not there | an IPv6 UDP datagram to 2001:db8:f::77 port 7                              | L   | ICMPv6 135/0 fe80::5054:ff:fe00:e0 > ff02::1:ff00:77 target 2001:db8:f::77 hops 255        |
      | a guest that is not there     | an IPv6 UDP datagram to 2001:db8:1::77 port 7                              | g2  | ICMPv6 135/0 fe80::5054:ff:fe00:fe > ff02::1:ff00:77 target 2001:db8:1::77 hops 255        |
      | a source of this link only    | an IPv6 UDP datagram to L port 7 with source address fe80::5054:ff:fe00:11 | g2  | ICMPv6 135/0 fe80::5054:ff:fe00:fe > ff02::1:ff00:11 target fe80::5054:ff:fe00:11 hops 255 |

  Scenario Outline: A network that translates IPv6 too: a question and its answer, <what>
    Given a host with the virtual network
      | network | mode | address                            | IPv6       |
      | default | nat  | 192.168.122.1/24, 2001:db8:1::1/64 | translated |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1, 2001:db8:f::1        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When g1 routes <question>
    Then L gets "<outside>"
    When L routes <answer>
    Then g1 gets "<inside>"
    And nobody else gets anything

    Examples:
      | what | question                                         | outside                                                   | answer                                                                          | inside                                                         |
      | UDP  | an IPv6 UDP datagram to L port 53 from port 5000 | UDP [2001:db8:f::2]:5000 > [2001:db8:f::9]:53 hops 63     | a UDP datagram to 2001:db8:f::2 port 5000 from port 53                          | UDP [2001:db8:f::9]:53 > [2001:db8:1::11]:5000 hops 63         |
      | TCP  | an IPv6 TCP SYN to L port 80 from port 5000      | TCP [2001:db8:f::2]:5000 > [2001:db8:f::9]:80 SYN hops 63 | a TCP SYN-ACK to 2001:db8:f::2 port 5000 from port 80 with acknowledgement 1001 | TCP [2001:db8:f::9]:80 > [2001:db8:1::11]:5000 SYN+ACK hops 63 |
      | ping | an IPv6 ping to L with identifier 7              | ICMPv6 128/0 2001:db8:f::2 > 2001:db8:f::9 hops 63        | a ping reply to 2001:db8:f::2 with identifier 7                                 | ICMPv6 129/0 2001:db8:f::9 > 2001:db8:1::11 hops 63            |

  Scenario: A network that translates IPv6 too: what nobody asked for is rejected, and what fits no connection leaves as it is
    Given a host with the virtual network
      | network | mode | address                            | IPv6       |
      | default | nat  | 192.168.122.1/24, 2001:db8:1::1/64 | translated |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1, 2001:db8:f::1        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When L routes an IPv6 UDP datagram to g1 port 5000 from port 54
    Then L gets "ICMPv6 1/4 2001:db8:f::2 > 2001:db8:f::9 about UDP [2001:db8:f::9]:54 > [2001:db8:1::11]:5000 hops 64"
    When g1 routes an IPv6 TCP segment to L port 80 from port 5001 with TCP flags RST
    Then L gets "TCP [2001:db8:1::11]:5001 > [2001:db8:f::9]:80 RST hops 63"
    When g1 sends an IPv6 UDP datagram to ff05::99 port 53 from port 5000 with destination MAC 33:33:00:00:00:99
    Then g2 gets "UDP [2001:db8:1::1]:5000 > [ff05::99]:53 hops 64"
    When g1 sends an IPv6 UDP datagram to ff02::99 port 53 from port 5000 with destination MAC 33:33:00:00:00:99
    Then g2 gets "UDP [2001:db8:1::11]:5000 > [ff02::99]:53 hops 64"
    When g1 sends an IPv6 UDP datagram to L port 53 from port 5003 with destination MAC of g2
    Then g2 gets "UDP [2001:db8:1::1]:5003 > [2001:db8:f::9]:53 hops 64"

  Scenario Outline: Between two networks of one host, from <from> to <to>
    Given a host with the virtual networks
      | network | mode   | address          |
      | one     | <from> | 2001:db8:1::1/64 |
      | two     | <to>   | 2001:db8:2::1/64 |
    And the stations
      | guest | MAC               | address        | at  |
      | g1    | 52:54:00:00:00:11 | 2001:db8:1::11 | one |
      | h1    | 52:54:00:00:00:13 | 2001:db8:2::11 | two |
    When g1 routes an IPv6 UDP datagram to h1 port 7 from port 5000
    Then <who> gets "<packet>"
    And nobody else gets anything

    Examples:
      | from     | to       | who | packet                                                                                                 |
      | isolated | isolated | g1  | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:2::11]:7 hops 64 |
      | isolated | nat      | h1  | UDP [2001:db8:1::11]:5000 > [2001:db8:2::11]:7 hops 63                                                 |
      | isolated | route    | h1  | UDP [2001:db8:1::11]:5000 > [2001:db8:2::11]:7 hops 63                                                 |
      | isolated | open     | g1  | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:2::11]:7 hops 64 |
      | nat      | isolated | g1  | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:2::11]:7 hops 64 |
      | nat      | nat      | h1  | UDP [2001:db8:1::11]:5000 > [2001:db8:2::11]:7 hops 63                                                 |
      | nat      | route    | h1  | UDP [2001:db8:1::11]:5000 > [2001:db8:2::11]:7 hops 63                                                 |
      | nat      | open     | h1  | UDP [2001:db8:1::11]:5000 > [2001:db8:2::11]:7 hops 63                                                 |
      | route    | isolated | g1  | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:2::11]:7 hops 64 |
      | route    | nat      | h1  | UDP [2001:db8:1::11]:5000 > [2001:db8:2::11]:7 hops 63                                                 |
      | route    | route    | h1  | UDP [2001:db8:1::11]:5000 > [2001:db8:2::11]:7 hops 63                                                 |
      | route    | open     | h1  | UDP [2001:db8:1::11]:5000 > [2001:db8:2::11]:7 hops 63                                                 |
      | open     | isolated | g1  | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:2::11]:7 hops 64 |
      | open     | nat      | h1  | UDP [2001:db8:1::11]:5000 > [2001:db8:2::11]:7 hops 63                                                 |
      | open     | route    | h1  | UDP [2001:db8:1::11]:5000 > [2001:db8:2::11]:7 hops 63                                                 |
      | open     | open     | h1  | UDP [2001:db8:1::11]:5000 > [2001:db8:2::11]:7 hops 63                                                 |

  Scenario: Without an IPv6 address of its own the host has no ear for IPv6, and guests do not need it
    Given a host with the virtual network
      | network | mode | address          |
      | default | nat  | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 2001:db8:1::12 | default |
    When g1 sends an IPv6 UDP datagram to g2 port 7
    Then g2 gets it unchanged
    When g1 routes an IPv6 UDP datagram to 2001:db8:f::9 port 7
    Then nothing arrives
    When g1 routes an IPv6 ping to 2001:db8:f::2
    Then nothing arrives

  Scenario Outline: Any router of the subnet is the host, while it forwards: <what>
    Given a host with the virtual network
      | network | mode | address                            |
      | default | open | 192.168.122.1/24, 2001:db8:1::1/64 |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
    And everybody has announced themselves
    When g1 routes <packet>
    Then g1 gets "<told>"

    Examples: an answer comes from the host's own address, an error from the one that was spoken to, and a connection is not refused
      | what            | packet                                                          | told                                                                                                      |
      | a ping          | an IPv6 ping to 2001:db8:1::                                    | ICMPv6 129/0 2001:db8:1::1 > 2001:db8:1::11 hops 64                                                       |
      | on the link     | an IPv6 ping to fe80::                                          | ICMPv6 129/0 2001:db8:1::1 > 2001:db8:1::11 hops 64                                                       |
      | a closed port   | an IPv6 UDP datagram to 2001:db8:1:: port 9 from port 5000      | ICMPv6 1/4 2001:db8:1:: > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:1::]:9 hops 64       |
      | a connection    | an IPv6 TCP SYN to 2001:db8:1:: port 9 from port 5000           |                                                                                                           |

  Scenario Outline: Who asks for the host's address: <what>
    Given a host with the virtual network
      | network | mode | address                            |
      | default | open | 192.168.122.1/24, 2001:db8:1::1/64 |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
    And everybody has announced themselves
    When g1 sends the bytes
      """
      3333ff000001 525400000011 86dd 60000000 <rest>
      """
    Then g1 gets "<told>"

    Examples:
      | what                                 | rest                                                                                                                                                        | told                                                                      |
      | a neighbour, without its MAC address | 00183aff 20010db8000100000000000000000011 ff0200000000000000000001ff000001 87001f210000000020010db8000100000000000000000001                                 | ICMPv6 136/0 2001:db8:1::1 > 2001:db8:1::11 target 2001:db8:1::1 hops 255 |
      | a stranger with its MAC address      | 00203aff fe800000000000000000000000000011 ff0200000000000000000001ff000001 8700faeb0000000020010db80001000000000000000000010101525400000011                 | ICMPv6 136/0 2001:db8:1::1 > fe80::11 target 2001:db8:1::1 hops 255       |
      | a stranger without                   | 00183aff fe800000000000000000000000000011 ff0200000000000000000001ff000001 87004e5a0000000020010db8000100000000000000000001                                 |                                                                           |
      | somebody whose subnet is elsewhere   | 00203aff 20010db8000900000000000000000009 ff0200000000000000000001ff000001 8700cbb20000000020010db80001000000000000000000010101525400000011                 | ICMPv6 136/0 2001:db8:1::1 > 2001:db8:9::9 target 2001:db8:1::1 hops 255  |
      | somebody who has that address too    | 00203aff 20010db8000100000000000000000001 ff0200000000000000000001ff000001 8700cbc20000000020010db80001000000000000000000010101525400000011                 | ICMPv6 136/0 2001:db8:1::1 > 2001:db8:1::1 target 2001:db8:1::1 hops 255  |
      | a MAC address of fourteen bytes      | 00283aff 20010db8000100000000000000000011 ff0200000000000000000001ff000001 8700cba90000000020010db800010000000000000000000101025254000000110000000000000000 |                                                                           |
