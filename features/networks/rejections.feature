Feature: What a host tells about packets that it does not carry
  switching.md sections 3.5 and 8.5: when a rejection stays silent, and how a redirect silences other errors.

  @checklist-13
  Scenario Outline: A rejection is said of <what>, or kept silent
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And a host with the virtual network
      | network | mode     | address          |
      | default | isolated | 192.168.122.1/24 |
    And IP forwarding is on
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
    And everybody has announced themselves
    When g1 routes <packet>
    Then g1 gets "<told>"
    And nobody else gets anything

    Examples:
      | what                            | packet                                                       | told                                                                                               |
      | UDP with a right checksum       | a UDP datagram to L port 53 from port 5000                   | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 10.0.0.9:53 ttl 64         |
      | UDP without a checksum          | a UDP datagram to L port 53 from port 5000 with checksum 0   | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 10.0.0.9:53 ttl 64         |
      | UDP with a wrong checksum       | a UDP datagram to L port 53 from port 5000 with checksum 1   |                                                                                                    |
      | TCP with a wrong checksum       | a TCP SYN to L port 80 from port 5000 with checksum 1        |                                                                                                    |
      | a TCP reset                     | a TCP segment to L port 80 from port 5000 with TCP flags RST | ICMP 3/3 192.168.122.1 > 192.168.122.11 about TCP 192.168.122.11:5000 > 10.0.0.9:80 RST ttl 64     |
      | a ping                          | a ping to L                                                  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about ICMP 8/0 192.168.122.11 > 10.0.0.9 ttl 64            |
      | a ping with a wrong checksum    | a ping to L with checksum 1                                  |                                                                                                    |
      | a ping reply                    | a ping reply to L                                            | ICMP 3/3 192.168.122.1 > 192.168.122.11 about ICMP 0/0 192.168.122.11 > 10.0.0.9 ttl 64            |
      | an ICMP error                   | an ICMP message to L with ICMP type 3 and ICMP code 1        |                                                                                                    |
      | a fragment with half of what its checksum is about | the first fragment of a datagram of 100 bytes to L |                                                                                           |
      | a later fragment                | the last fragment of a datagram of 100 bytes to L            |                                                                                                    |
      | ESP                             | the packet of protocol 50 to L                               | ICMP 3/3 192.168.122.1 > 192.168.122.11 about protocol 50 192.168.122.11 > 10.0.0.9 ttl 64         |
      | GRE                             | the packet of protocol 47 to L                               | ICMP 3/3 192.168.122.1 > 192.168.122.11 about protocol 47 192.168.122.11 > 10.0.0.9 ttl 64         |
      | a protocol that it does not know | the packet of protocol 99 to L                              |                                                                                                    |

  @checklist-19
  Scenario: A redirect mutes other errors to the same guest for a second
    Given a host with the virtual network
      | network | mode     | address          |
      | default | isolated | 192.168.122.1/24 |
    And the host's settings are as a new kernel has them
    And IP forwarding is on
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
    And everybody has announced themselves
    When g1 routes a UDP datagram to g2 port 7 from port 5000 with TTL 1
    Then g1 gets "ICMP 11/0 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.122.12:7 ttl 64"
    When g2 routes a UDP datagram to g1 port 7 from port 5000
    Then g1 gets "UDP 192.168.122.12:5000 > 192.168.122.11:7 ttl 63"
    And g2 gets "ICMP 5/1 192.168.122.1 > 192.168.122.12 about UDP 192.168.122.12:5000 > 192.168.122.11:7 ttl 64"
    When g2 routes a UDP datagram to g1 port 7 from port 5000 with TTL 1
    Then nothing arrives
    When g2 routes a ping to 192.168.122.1
    Then g2 gets "ICMP 0/0 192.168.122.1 > 192.168.122.12 ttl 64"
    When g1 routes a UDP datagram to g2 port 7 from port 5000 with TTL 1
    Then g1 gets "ICMP 11/0 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.122.12:7 ttl 64"

  Scenario: Six errors in a row are told, a seventh is not
    Given a host with the virtual network
      | network | mode     | address          |
      | default | isolated | 192.168.122.1/24 |
    And the host's settings are as a new kernel has them
    And IP forwarding is on
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
    And everybody has announced themselves
    When g1 routes 7 UDP datagrams to g2 port 7 with TTL 1
    Then g1 receives 6 frames

  Scenario Outline: What is rejected on the bridge is told to its source, whoever that is: <source>
    Given the filter
      """xml
      <filter name='none'>
        <rule action='reject' direction='out'><udp/></rule>
      </filter>
      """
    And an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And a host with the virtual network
      | network | mode  | address          |
      | default | route | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      | filter |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default | none   |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |        |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1       | LAN     |        |
    And the LAN knows the host
    When g1 sends a UDP datagram to g2 port 53 from port 5000 with source address <source>
    Then gw gets "<told>"
    And nobody else gets anything

    Examples:
      | source          | told                                                                                             |
      | 198.51.100.7    | ICMP 3/3 10.0.0.2 > 198.51.100.7 about UDP 198.51.100.7:5000 > 192.168.122.12:53 ttl 64          |
      | 255.255.255.255 | ICMP 3/3 10.0.0.2 > 255.255.255.255 about UDP 255.255.255.255:5000 > 192.168.122.12:53 ttl 64    |
      | 224.0.0.1       | ICMP 3/3 10.0.0.2 > 224.0.0.1 about UDP 224.0.0.1:5000 > 192.168.122.12:53 ttl 1                 |
      | 0.0.0.0         |                                                                                                  |
