Feature: Who reaches whom through a virtual network
  The verdict matrix of switching.md section 3.4: a host with one virtual network in each mode, an uplink, and a LAN with
  a station and a gateway. Forwarding is on throughout, as another network would have it.

  Background:
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And IP forwarding is on

  Scenario Outline: A guest speaks to the LAN, <mode>
    Given a host with the virtual network
      | network | mode   | address          |
      | default | <mode> | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1       | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When <does>
    Then <who> gets "<packet>"
    And nobody else gets anything

    Examples:
      | mode     | does                                                 | who | packet                                                                                         |
      | isolated | g1 routes a UDP datagram to L port 53 from port 5000 | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 10.0.0.9:53 ttl 64     |
      | nat      | g1 routes a UDP datagram to L port 53 from port 5000 | L   | UDP 10.0.0.2:5000 > 10.0.0.9:53 ttl 63                                                         |
      | route    | g1 routes a UDP datagram to L port 53 from port 5000 | L   | UDP 192.168.122.11:5000 > 10.0.0.9:53 ttl 63                                                   |
      | open     | g1 routes a UDP datagram to L port 53 from port 5000 | L   | UDP 192.168.122.11:5000 > 10.0.0.9:53 ttl 63                                                   |
      | isolated | g1 routes a TCP SYN to L port 80 from port 5001      | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about TCP 192.168.122.11:5001 > 10.0.0.9:80 SYN ttl 64 |
      | nat      | g1 routes a TCP SYN to L port 80 from port 5001      | L   | TCP 10.0.0.2:5001 > 10.0.0.9:80 SYN ttl 63                                                     |
      | route    | g1 routes a TCP SYN to L port 80 from port 5001      | L   | TCP 192.168.122.11:5001 > 10.0.0.9:80 SYN ttl 63                                               |
      | open     | g1 routes a TCP SYN to L port 80 from port 5001      | L   | TCP 192.168.122.11:5001 > 10.0.0.9:80 SYN ttl 63                                               |
      | isolated | g1 routes a ping to L                                | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about ICMP 8/0 192.168.122.11 > 10.0.0.9 ttl 64        |
      | nat      | g1 routes a ping to L                                | L   | ICMP 8/0 10.0.0.2 > 10.0.0.9 ttl 63                                                            |
      | route    | g1 routes a ping to L                                | L   | ICMP 8/0 192.168.122.11 > 10.0.0.9 ttl 63                                                      |
      | open     | g1 routes a ping to L                                | L   | ICMP 8/0 192.168.122.11 > 10.0.0.9 ttl 63                                                      |

  Scenario Outline: The LAN speaks to a guest, <mode>
    Given a host with the virtual network
      | network | mode   | address          |
      | default | <mode> | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1       | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When <does>
    Then <who> gets "<packet>"
    And nobody else gets anything

    Examples:
      | mode     | does                                                 | who | packet                                                                              |
      | isolated | L routes a UDP datagram to g1 port 5000 from port 53 | L   | ICMP 3/3 10.0.0.2 > 10.0.0.9 about UDP 10.0.0.9:53 > 192.168.122.11:5000 ttl 64     |
      | nat      | L routes a UDP datagram to g1 port 5000 from port 53 | L   | ICMP 3/3 10.0.0.2 > 10.0.0.9 about UDP 10.0.0.9:53 > 192.168.122.11:5000 ttl 64     |
      | route    | L routes a UDP datagram to g1 port 5000 from port 53 | g1  | UDP 10.0.0.9:53 > 192.168.122.11:5000 ttl 63                                        |
      | open     | L routes a UDP datagram to g1 port 5000 from port 53 | g1  | UDP 10.0.0.9:53 > 192.168.122.11:5000 ttl 63                                        |
      | isolated | L routes a TCP SYN to g1 port 22 from port 5001      | L   | ICMP 3/3 10.0.0.2 > 10.0.0.9 about TCP 10.0.0.9:5001 > 192.168.122.11:22 SYN ttl 64 |
      | nat      | L routes a TCP SYN to g1 port 22 from port 5001      | L   | ICMP 3/3 10.0.0.2 > 10.0.0.9 about TCP 10.0.0.9:5001 > 192.168.122.11:22 SYN ttl 64 |
      | route    | L routes a TCP SYN to g1 port 22 from port 5001      | g1  | TCP 10.0.0.9:5001 > 192.168.122.11:22 SYN ttl 63                                    |
      | open     | L routes a TCP SYN to g1 port 22 from port 5001      | g1  | TCP 10.0.0.9:5001 > 192.168.122.11:22 SYN ttl 63                                    |
      | isolated | L routes a ping to g1                                | L   | ICMP 3/3 10.0.0.2 > 10.0.0.9 about ICMP 8/0 10.0.0.9 > 192.168.122.11 ttl 64        |
      | nat      | L routes a ping to g1                                | L   | ICMP 3/3 10.0.0.2 > 10.0.0.9 about ICMP 8/0 10.0.0.9 > 192.168.122.11 ttl 64        |
      | route    | L routes a ping to g1                                | g1  | ICMP 8/0 10.0.0.9 > 192.168.122.11 ttl 63                                           |
      | open     | L routes a ping to g1                                | g1  | ICMP 8/0 10.0.0.9 > 192.168.122.11 ttl 63                                           |

  Scenario Outline: The host answers for every one of its addresses, <mode>
    Given a host with the virtual network
      | network | mode   | address          |
      | default | <mode> | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1       | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When <does>
    Then <who> gets "<packet>"
    And nobody else gets anything

    Examples:
      | mode     | does                                                            | who | packet                                                                                         |
      | isolated | g1 routes a ping to 192.168.122.1                               | g1  | ICMP 0/0 192.168.122.1 > 192.168.122.11 ttl 64                                                 |
      | isolated | g1 routes a ping to 10.0.0.2                                    | g1  | ICMP 0/0 10.0.0.2 > 192.168.122.11 ttl 64                                                      |
      | isolated | g1 routes a UDP datagram to 192.168.122.1 port 9 from port 5000 | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.122.1:9 ttl 64 |
      | isolated | g1 routes a TCP SYN to 192.168.122.1 port 9 from port 5000      | g1  | TCP 192.168.122.1:9 > 192.168.122.11:5000 RST+ACK ttl 64                                       |
      | isolated | L routes a ping to 192.168.122.1                                | L   | ICMP 0/0 192.168.122.1 > 10.0.0.9 ttl 64                                                       |
      | nat      | g1 routes a ping to 192.168.122.1                               | g1  | ICMP 0/0 192.168.122.1 > 192.168.122.11 ttl 64                                                 |
      | nat      | g1 routes a ping to 10.0.0.2                                    | g1  | ICMP 0/0 10.0.0.2 > 192.168.122.11 ttl 64                                                      |
      | nat      | g1 routes a UDP datagram to 192.168.122.1 port 9 from port 5000 | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.122.1:9 ttl 64 |
      | nat      | g1 routes a TCP SYN to 192.168.122.1 port 9 from port 5000      | g1  | TCP 192.168.122.1:9 > 192.168.122.11:5000 RST+ACK ttl 64                                       |
      | nat      | L routes a ping to 192.168.122.1                                | L   | ICMP 0/0 192.168.122.1 > 10.0.0.9 ttl 64                                                       |
      | route    | g1 routes a ping to 192.168.122.1                               | g1  | ICMP 0/0 192.168.122.1 > 192.168.122.11 ttl 64                                                 |
      | route    | g1 routes a ping to 10.0.0.2                                    | g1  | ICMP 0/0 10.0.0.2 > 192.168.122.11 ttl 64                                                      |
      | route    | g1 routes a UDP datagram to 192.168.122.1 port 9 from port 5000 | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.122.1:9 ttl 64 |
      | route    | g1 routes a TCP SYN to 192.168.122.1 port 9 from port 5000      | g1  | TCP 192.168.122.1:9 > 192.168.122.11:5000 RST+ACK ttl 64                                       |
      | route    | L routes a ping to 192.168.122.1                                | L   | ICMP 0/0 192.168.122.1 > 10.0.0.9 ttl 64                                                       |
      | open     | g1 routes a ping to 192.168.122.1                               | g1  | ICMP 0/0 192.168.122.1 > 192.168.122.11 ttl 64                                                 |
      | open     | g1 routes a ping to 10.0.0.2                                    | g1  | ICMP 0/0 10.0.0.2 > 192.168.122.11 ttl 64                                                      |
      | open     | g1 routes a UDP datagram to 192.168.122.1 port 9 from port 5000 | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.122.1:9 ttl 64 |
      | open     | g1 routes a TCP SYN to 192.168.122.1 port 9 from port 5000      | g1  | TCP 192.168.122.1:9 > 192.168.122.11:5000 RST+ACK ttl 64                                       |
      | open     | L routes a ping to 192.168.122.1                                | L   | ICMP 0/0 192.168.122.1 > 10.0.0.9 ttl 64                                                       |

  Scenario Outline: Who asks for the host's MAC address as <sender> is answered as its packets would be
    Given a host with the virtual network
      | network | mode     | address          |
      | default | isolated | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
    And everybody has announced themselves
    When g1 sends an ARP request to 192.168.122.1 with sender address <sender>
    Then g1 gets "<told>"

    Examples:
      | sender          | told                                      |
      | 192.168.122.11  | ARP 192.168.122.1 is at 52:54:00:00:00:fe |
      | 10.9.9.9        | ARP 192.168.122.1 is at 52:54:00:00:00:fe |
      | 240.0.0.1       | ARP 192.168.122.1 is at 52:54:00:00:00:fe |
      | 0.0.0.0         | ARP 192.168.122.1 is at 52:54:00:00:00:fe |
      | 192.168.122.1   |                                           |
      | 127.0.0.1       |                                           |
      | 224.0.0.1       |                                           |
      | 255.255.255.255 |                                           |

  Scenario Outline: The messages that a host answers: type <type> code <code> with <bytes> bytes to <to>
    Given a host with the virtual network
      | network | mode     | address          |
      | default | isolated | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
    And everybody has announced themselves
    When g1 routes an ICMP message to <to> with ICMP type <type> and ICMP code <code> and payload length <bytes>
    Then g1 gets "<packet>"

    Examples: echo, timestamp; information, address mask and extended echo
      | to              | type | code | bytes | packet                                          |
      | 192.168.122.1   | 8    | 0    | 0     | ICMP 0/0 192.168.122.1 > 192.168.122.11 ttl 64  |
      | 192.168.122.1   | 8    | 1    | 56    | ICMP 0/1 192.168.122.1 > 192.168.122.11 ttl 64  |
      | 192.168.122.1   | 13   | 0    | 12    | ICMP 14/0 192.168.122.1 > 192.168.122.11 ttl 64 |
      | 192.168.122.1   | 13   | 1    | 4     | ICMP 14/0 192.168.122.1 > 192.168.122.11 ttl 64 |
      | 192.168.122.1   | 13   | 0    | 0     |                                                 |
      | 192.168.122.255 | 13   | 0    | 12    |                                                 |
      | 192.168.122.1   | 15   | 0    | 0     |                                                 |
      | 192.168.122.1   | 17   | 0    | 4     |                                                 |
      | 192.168.122.1   | 42   | 0    | 12    |                                                 |

  Scenario Outline: Neighbours may go through the host, <mode>
    Given a host with the virtual network
      | network | mode   | address          |
      | default | <mode> | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1       | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When <does>
    Then <who> gets "<packet>"
    And nobody else gets anything

    Examples:
      | mode     | does                                                 | who | packet                                            |
      | isolated | g1 routes a UDP datagram to g2 port 7 from port 5000 | g2  | UDP 192.168.122.11:5000 > 192.168.122.12:7 ttl 63 |
      | nat      | g1 routes a UDP datagram to g2 port 7 from port 5000 | g2  | UDP 192.168.122.11:5000 > 192.168.122.12:7 ttl 63 |
      | route    | g1 routes a UDP datagram to g2 port 7 from port 5000 | g2  | UDP 192.168.122.11:5000 > 192.168.122.12:7 ttl 63 |
      | open     | g1 routes a UDP datagram to g2 port 7 from port 5000 | g2  | UDP 192.168.122.11:5000 > 192.168.122.12:7 ttl 63 |

  Scenario Outline: Time to live ends before the firewall is asked, <mode>
    Given a host with the virtual network
      | network | mode   | address          |
      | default | <mode> | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1       | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When <does>
    Then <who> gets "<packet>"
    And nobody else gets anything

    Examples:
      | mode     | does                                                            | who | packet                                                                                      |
      | isolated | g1 routes a UDP datagram to L port 53 from port 5000 with TTL 1 | g1  | ICMP 11/0 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 10.0.0.9:53 ttl 64 |
      | isolated | L routes a UDP datagram to g1 port 53 from port 5000 with TTL 1 | L   | ICMP 11/0 10.0.0.2 > 10.0.0.9 about UDP 10.0.0.9:5000 > 192.168.122.11:53 ttl 64            |
      | nat      | g1 routes a UDP datagram to L port 53 from port 5000 with TTL 1 | g1  | ICMP 11/0 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 10.0.0.9:53 ttl 64 |
      | nat      | L routes a UDP datagram to g1 port 53 from port 5000 with TTL 1 | L   | ICMP 11/0 10.0.0.2 > 10.0.0.9 about UDP 10.0.0.9:5000 > 192.168.122.11:53 ttl 64            |
      | route    | g1 routes a UDP datagram to L port 53 from port 5000 with TTL 1 | g1  | ICMP 11/0 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 10.0.0.9:53 ttl 64 |
      | route    | L routes a UDP datagram to g1 port 53 from port 5000 with TTL 1 | L   | ICMP 11/0 10.0.0.2 > 10.0.0.9 about UDP 10.0.0.9:5000 > 192.168.122.11:53 ttl 64            |
      | open     | g1 routes a UDP datagram to L port 53 from port 5000 with TTL 1 | g1  | ICMP 11/0 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 10.0.0.9:53 ttl 64 |
      | open     | L routes a UDP datagram to g1 port 53 from port 5000 with TTL 1 | L   | ICMP 11/0 10.0.0.2 > 10.0.0.9 about UDP 10.0.0.9:5000 > 192.168.122.11:53 ttl 64            |

  Scenario Outline: A foreign source is rejected towards where it belongs, <mode>
    Given a host with the virtual network
      | network | mode   | address          |
      | default | <mode> | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1       | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When <does>
    Then <who> gets "<packet>"
    And nobody else gets anything

    Examples:
      | mode     | does                                                                                 | who | packet                                                                          |
      | isolated | g1 routes a UDP datagram to L port 53 from port 5000 with source address 203.0.113.5 | gw  | ICMP 3/3 10.0.0.2 > 203.0.113.5 about UDP 203.0.113.5:5000 > 10.0.0.9:53 ttl 64 |
      | nat      | g1 routes a UDP datagram to L port 53 from port 5000 with source address 203.0.113.5 | gw  | ICMP 3/3 10.0.0.2 > 203.0.113.5 about UDP 203.0.113.5:5000 > 10.0.0.9:53 ttl 64 |
      | route    | g1 routes a UDP datagram to L port 53 from port 5000 with source address 203.0.113.5 | gw  | ICMP 3/3 10.0.0.2 > 203.0.113.5 about UDP 203.0.113.5:5000 > 10.0.0.9:53 ttl 64 |
      | open     | g1 routes a UDP datagram to L port 53 from port 5000 with source address 203.0.113.5 | L   | UDP 203.0.113.5:5000 > 10.0.0.9:53 ttl 63                                       |

  @checklist-8
  Scenario Outline: Bridged packets with destinations elsewhere, <mode>
    Given a host with the virtual network
      | network | mode   | address          |
      | default | <mode> | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1       | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When <does>
    Then <who> gets "<packet>"
    And nobody else gets anything

    Examples:
      | mode     | does                                                                                                         | who | packet                                       |
      | isolated | g1 sends a UDP datagram to 239.1.1.1 port 7 from port 5000 with destination MAC 01:00:5e:01:01:01            | g2  | UDP 192.168.122.11:5000 > 239.1.1.1:7 ttl 64 |
      | isolated | g1 sends a UDP datagram to 224.0.0.5 port 7 from port 5000 with destination MAC 01:00:5e:00:00:05            | g2  | UDP 192.168.122.11:5000 > 224.0.0.5:7 ttl 64 |
      | isolated | g1 sends a UDP datagram to L port 7 from port 5001 with destination MAC of g2                                | g2  | UDP 192.168.122.11:5001 > 10.0.0.9:7 ttl 64  |
      | isolated | g1 sends a UDP datagram to L port 7 from port 5001 with destination MAC of g2 and source address 203.0.113.5 | g2  | UDP 203.0.113.5:5001 > 10.0.0.9:7 ttl 64     |
      | nat      | g1 sends a UDP datagram to 239.1.1.1 port 7 from port 5000 with destination MAC 01:00:5e:01:01:01            | g2  | UDP 192.168.122.1:5000 > 239.1.1.1:7 ttl 64  |
      | nat      | g1 sends a UDP datagram to 224.0.0.5 port 7 from port 5000 with destination MAC 01:00:5e:00:00:05            | g2  | UDP 192.168.122.11:5000 > 224.0.0.5:7 ttl 64 |
      | nat      | g1 sends a UDP datagram to L port 7 from port 5001 with destination MAC of g2                                | g2  | UDP 192.168.122.1:5001 > 10.0.0.9:7 ttl 64   |
      | nat      | g1 sends a UDP datagram to L port 7 from port 5001 with destination MAC of g2 and source address 203.0.113.5 | g2  | UDP 203.0.113.5:5001 > 10.0.0.9:7 ttl 64     |
      | route    | g1 sends a UDP datagram to 239.1.1.1 port 7 from port 5000 with destination MAC 01:00:5e:01:01:01            | g2  | UDP 192.168.122.11:5000 > 239.1.1.1:7 ttl 64 |
      | route    | g1 sends a UDP datagram to 224.0.0.5 port 7 from port 5000 with destination MAC 01:00:5e:00:00:05            | g2  | UDP 192.168.122.11:5000 > 224.0.0.5:7 ttl 64 |
      | route    | g1 sends a UDP datagram to L port 7 from port 5001 with destination MAC of g2                                | g2  | UDP 192.168.122.11:5001 > 10.0.0.9:7 ttl 64  |
      | route    | g1 sends a UDP datagram to L port 7 from port 5001 with destination MAC of g2 and source address 203.0.113.5 | g2  | UDP 203.0.113.5:5001 > 10.0.0.9:7 ttl 64     |
      | open     | g1 sends a UDP datagram to 239.1.1.1 port 7 from port 5000 with destination MAC 01:00:5e:01:01:01            | g2  | UDP 192.168.122.11:5000 > 239.1.1.1:7 ttl 64 |
      | open     | g1 sends a UDP datagram to 224.0.0.5 port 7 from port 5000 with destination MAC 01:00:5e:00:00:05            | g2  | UDP 192.168.122.11:5000 > 224.0.0.5:7 ttl 64 |
      | open     | g1 sends a UDP datagram to L port 7 from port 5001 with destination MAC of g2                                | g2  | UDP 192.168.122.11:5001 > 10.0.0.9:7 ttl 64  |
      | open     | g1 sends a UDP datagram to L port 7 from port 5001 with destination MAC of g2 and source address 203.0.113.5 | g2  | UDP 203.0.113.5:5001 > 10.0.0.9:7 ttl 64     |

  Scenario Outline: Neighbours see each other's frames as they were sent, <mode>
    Given a host with the virtual network
      | network | mode   | address          |
      | default | <mode> | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1       | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When <does>
    Then g2 gets it unchanged

    Examples:
      | mode     | does                                        |
      | isolated | g1 sends a UDP datagram to g2 port 53       |
      | isolated | g1 sends an ARP request for g2              |
      | isolated | g1 sends a ping to g2                       |
      | isolated | g1 sends a UDP datagram to everybody port 7 |
      | nat      | g1 sends a UDP datagram to g2 port 53       |
      | nat      | g1 sends an ARP request for g2              |
      | nat      | g1 sends a ping to g2                       |
      | nat      | g1 sends a UDP datagram to everybody port 7 |
      | route    | g1 sends a UDP datagram to g2 port 53       |
      | route    | g1 sends an ARP request for g2              |
      | route    | g1 sends a ping to g2                       |
      | route    | g1 sends a UDP datagram to everybody port 7 |
      | open     | g1 sends a UDP datagram to g2 port 53       |
      | open     | g1 sends an ARP request for g2              |
      | open     | g1 sends a ping to g2                       |
      | open     | g1 sends a UDP datagram to everybody port 7 |

  Scenario Outline: Addresses that no station can have, <mode>
    Given a host with the virtual network
      | network | mode   | address          |
      | default | <mode> | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1       | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When <does>
    Then nothing arrives

    Examples:
      | mode     | does                                                                     |
      | isolated | g1 routes a UDP datagram to 10.0.0.255 port 7                            |
      | isolated | g1 routes a UDP datagram to 127.0.0.1 port 7                             |
      | isolated | g1 routes a UDP datagram to L port 7 with source address 192.168.122.1   |
      | isolated | g1 routes a UDP datagram to L port 7 with source address 127.0.0.5       |
      | isolated | g1 routes a UDP datagram to L port 7 with source address 0.0.0.0         |
      | isolated | g1 routes a UDP datagram to L port 7 with source address 224.0.0.5       |
      | isolated | g1 routes a UDP datagram to L port 7 with source address 255.255.255.255 |
      | nat      | g1 routes a UDP datagram to 10.0.0.255 port 7                            |
      | nat      | g1 routes a UDP datagram to 127.0.0.1 port 7                             |
      | nat      | g1 routes a UDP datagram to L port 7 with source address 192.168.122.1   |
      | nat      | g1 routes a UDP datagram to L port 7 with source address 127.0.0.5       |
      | nat      | g1 routes a UDP datagram to L port 7 with source address 0.0.0.0         |
      | nat      | g1 routes a UDP datagram to L port 7 with source address 224.0.0.5       |
      | nat      | g1 routes a UDP datagram to L port 7 with source address 255.255.255.255 |
      | route    | g1 routes a UDP datagram to 10.0.0.255 port 7                            |
      | route    | g1 routes a UDP datagram to 127.0.0.1 port 7                             |
      | route    | g1 routes a UDP datagram to L port 7 with source address 192.168.122.1   |
      | route    | g1 routes a UDP datagram to L port 7 with source address 127.0.0.5       |
      | route    | g1 routes a UDP datagram to L port 7 with source address 0.0.0.0         |
      | route    | g1 routes a UDP datagram to L port 7 with source address 224.0.0.5       |
      | route    | g1 routes a UDP datagram to L port 7 with source address 255.255.255.255 |
      | open     | g1 routes a UDP datagram to 10.0.0.255 port 7                            |
      | open     | g1 routes a UDP datagram to 127.0.0.1 port 7                             |
      | open     | g1 routes a UDP datagram to L port 7 with source address 192.168.122.1   |
      | open     | g1 routes a UDP datagram to L port 7 with source address 127.0.0.5       |
      | open     | g1 routes a UDP datagram to L port 7 with source address 0.0.0.0         |
      | open     | g1 routes a UDP datagram to L port 7 with source address 224.0.0.5       |
      | open     | g1 routes a UDP datagram to L port 7 with source address 255.255.255.255 |

  @checklist-12
  Scenario: A host that does not forward says nothing where it would have rejected
    Given a host with the virtual network
      | network | mode     | address          |
      | default | isolated | 192.168.122.1/24 |
    And IP forwarding is off
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1       | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When g1 routes a UDP datagram to L port 53
    Then nothing arrives
