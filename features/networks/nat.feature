Feature: Address translation of a nat network
  Which source a packet gets, and what comes back (switching.md sections 4.2, 4.5, 4.6 and 4.7).

  Background:
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And a host with the virtual network
      | network | mode | address          |
      | default | nat  | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
      | M     | 52:54:00:00:00:98 | 10.0.0.8       | LAN     |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1       | LAN     |
    And everybody has announced themselves
    And the LAN knows the host

  Scenario Outline: A question and its answer, <what>
    When g1 routes <question>
    Then L gets "<outside>"
    When L routes <answer>
    Then g1 gets "<inside>"
    And nobody else gets anything

    Examples:
      | what | question                                   | outside                                    | answer                                                                     | inside                                               |
      | UDP  | a UDP datagram to L port 53 from port 5000 | UDP 10.0.0.2:5000 > 10.0.0.9:53 ttl 63     | a UDP datagram to 10.0.0.2 port 5000 from port 53                          | UDP 10.0.0.9:53 > 192.168.122.11:5000 ttl 63         |
      | TCP  | a TCP SYN to L port 80 from port 5000      | TCP 10.0.0.2:5000 > 10.0.0.9:80 SYN ttl 63 | a TCP SYN-ACK to 10.0.0.2 port 5000 from port 80 with acknowledgement 1001 | TCP 10.0.0.9:80 > 192.168.122.11:5000 SYN+ACK ttl 63 |
      | ping | a ping to L with identifier 7              | ICMP 8/0 10.0.0.2 > 10.0.0.9 ttl 63        | a ping reply to 10.0.0.2 with identifier 7                                 | ICMP 0/0 10.0.0.9 > 192.168.122.11 ttl 63            |

  Scenario: Two guests may share a mapped port towards different destinations
    When g1 routes a UDP datagram to L port 53 from port 5000
    Then L gets "UDP 10.0.0.2:5000 > 10.0.0.9:53 ttl 63"
    When g2 routes a UDP datagram to M port 53 from port 5000
    Then M gets "UDP 10.0.0.2:5000 > 10.0.0.8:53 ttl 63"

  Scenario Outline: What nobody inside asked for meets the host itself, <what>
    When g1 routes a UDP datagram to L port 53 from port 5000
    And <who> routes <packet>
    Then <who> gets "<told>"
    And nobody else gets anything

    Examples:
      | what               | who | packet                                            | told                                                                            |
      | another port       | L   | a UDP datagram to 10.0.0.2 port 5000 from port 54 | ICMP 3/3 10.0.0.2 > 10.0.0.9 about UDP 10.0.0.9:54 > 10.0.0.2:5000 ttl 64       |
      | another host       | M   | a UDP datagram to 10.0.0.2 port 5000 from port 53 | ICMP 3/3 10.0.0.2 > 10.0.0.8 about UDP 10.0.0.8:53 > 10.0.0.2:5000 ttl 64       |
      | the inside address | L   | a UDP datagram to g1 port 5000 from port 54       | ICMP 3/3 10.0.0.2 > 10.0.0.9 about UDP 10.0.0.9:54 > 192.168.122.11:5000 ttl 64 |
      | a connection       | L   | a TCP SYN to 10.0.0.2 port 22 from port 5000      | TCP 10.0.0.2:22 > 10.0.0.9:5000 RST+ACK ttl 64                                  |

  @checklist-9
  Scenario Outline: A packet that fits no connection leaves with its private source, <what>
    When g1 routes <packet>
    Then L gets "<seen>"

    Examples:
      | what          | packet                                                           | seen                                                 |
      | reset         | a TCP segment to L port 80 from port 5000 with TCP flags RST     | TCP 192.168.122.11:5000 > 10.0.0.9:80 RST ttl 63     |
      | end           | a TCP segment to L port 80 from port 5000 with TCP flags "FIN,ACK" | TCP 192.168.122.11:5000 > 10.0.0.9:80 FIN+ACK ttl 63 |
      | second step   | a TCP SYN-ACK to L port 80 from port 5000                        | TCP 192.168.122.11:5000 > 10.0.0.9:80 SYN+ACK ttl 63 |
      | no flags      | a TCP segment to L port 80 from port 5000 with TCP flags URG     | TCP 192.168.122.11:5000 > 10.0.0.9:80 URG ttl 63     |
      | unasked reply | a ping reply to L                                                | ICMP 0/0 192.168.122.11 > 10.0.0.9 ttl 63            |

  Scenario: A connection taken up in the middle is translated
    When g1 routes a TCP segment to L port 80 from port 5000
    Then L gets "TCP 10.0.0.2:5000 > 10.0.0.9:80 ACK ttl 63"

  @checklist-15
  Scenario: A protocol without ports serves one guest for each destination
    When g1 routes the packet of protocol 50 to L
    Then L gets "protocol 50 10.0.0.2 > 10.0.0.9 ttl 63"
    When g2 routes the packet of protocol 50 to L
    Then nothing arrives
    When g2 routes the packet of protocol 50 to M
    Then M gets "protocol 50 10.0.0.2 > 10.0.0.8 ttl 63"

  @checklist-13
  Scenario Outline: Rejection and protocols, protocol <number>
    When L routes the packet of protocol <number> to g1
    Then L gets "<told>"

    Examples:
      | number | told                                                                            |
      | 50     | ICMP 3/3 10.0.0.2 > 10.0.0.9 about protocol 50 10.0.0.9 > 192.168.122.11 ttl 64 |
      | 47     | ICMP 3/3 10.0.0.2 > 10.0.0.9 about protocol 47 10.0.0.9 > 192.168.122.11 ttl 64 |
      | 99     |                                                                                 |

  Scenario: Fragments that are routed are held until the datagram is whole, and leave as one packet if it fits
    When g1 routes the last fragment of a datagram of 100 bytes to L
    Then nothing arrives
    When g1 routes the first fragment of a datagram of 100 bytes to L
    Then L gets "UDP 10.0.0.2:5000 > 10.0.0.9:7 ttl 63"

  @checklist-10
  Scenario: Fragments that are bridged are held too, and leave in their old sizes without the flag not to fragment
    When g1 sends the last fragment of a datagram of 100 bytes to g2
    Then nothing arrives
    When g1 sends the first fragment of a datagram of 100 bytes to g2
    Then g2 gets "UDP 192.168.122.11:5000 > 192.168.122.12:7, first 64 bytes ttl 64; fragment at 64 192.168.122.11 > 192.168.122.12, 44 bytes ttl 64"

  Scenario: An error about a translated packet reaches the guest, quoting its own
    When g1 routes a UDP datagram to L port 53 from port 5000
    And gw reports the last packet as unreachable
    Then g1 gets "ICMP 3/1 10.0.0.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 10.0.0.9:53 ttl 63"

  Scenario: What is bridged to a foreign address hides behind the bridge, and its answer goes straight to its station
    When g1 sends a UDP datagram to L port 53 from port 5000 with destination MAC of g2
    Then g2 gets "UDP 192.168.122.1:5000 > 10.0.0.9:53 ttl 64"
    When g2 routes a UDP datagram to 192.168.122.1 port 5000 from port 53 with source address 10.0.0.9
    Then g1 gets "UDP 10.0.0.9:53 > 192.168.122.11:5000 ttl 64"
    And nobody else gets anything

  Scenario: A connection that hides behind one device is forgotten when it leaves by another
    When g1 sends a UDP datagram to L port 53 from port 5000 with destination MAC of g2
    Then g2 gets "UDP 192.168.122.1:5000 > 10.0.0.9:53 ttl 64"
    When g1 routes a UDP datagram to L port 53 from port 5000
    Then nothing arrives
    When g1 routes a UDP datagram to L port 53 from port 5000
    Then L gets "UDP 10.0.0.2:5000 > 10.0.0.9:53 ttl 63"

  Scenario: Where answers could not be told apart a protocol without ports is lost, though no rule is about it
    # ESP from g1 to 10.0.0.9, bridged to g2, and back
    When g1 sends the bytes
      """
      5254 0000 0012 5254 0000 0011 0800 4500 001c 0000 0000 4032 35f4 c0a8 7a0b 0a00
      0009 0000 0000 0000 0000
      """
    Then g2 gets "protocol 50 192.168.122.1 > 10.0.0.9 ttl 64"
    When g2 sends the bytes
      """
      5254 0000 0011 5254 0000 0012 0800 4500 001c 0000 0000 4032 35f4 0a00 0009 c0a8
      7a0b 0000 0000 0000 0000
      """
    Then nothing arrives

  Scenario: GRE that ends within its first eight bytes is lost where it would be translated
    When g1 sends the bytes
      """
      5254 0000 0012 5254 0000 0011 0800 4500 0018 0000 0000 402f 35fb c0a8 7a0b 0a00
      0009 0000 0000
      """
    Then nothing arrives
    When g1 sends the bytes
      """
      5254 0000 0012 5254 0000 0011 0800 4500 0018 0000 0000 402f 054f c0a8 7a0b c0a8
      7a0c 0000 0000
      """
    Then g2 gets "protocol 47 192.168.122.11 > 192.168.122.12 ttl 64"
