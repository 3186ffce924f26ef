Feature: Between two virtual networks of one host
  The rules of the destination's network are tried before those of the source's (switching.md section 3.6).

  Scenario Outline: From <from> to <to>
    Given a host with the virtual networks
      | network | mode   | address          |
      | one     | <from> | 192.168.122.1/24 |
      | two     | <to>   | 192.168.123.1/24 |
    And the stations
      | guest | MAC               | address        | at  |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | one |
      | h1    | 52:54:00:00:00:13 | 192.168.123.11 | two |
    And IP forwarding is on
    And everybody has announced themselves
    When g1 routes a UDP datagram to h1 port 7 from port 5000
    Then <who> gets "<packet>"
    And nobody else gets anything

    Examples:
      | from     | to       | who | packet                                                                                          |
      | isolated | isolated | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.123.11:7 ttl 64 |
      | isolated | nat      | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.123.11:7 ttl 64 |
      | isolated | route    | h1  | UDP 192.168.122.11:5000 > 192.168.123.11:7 ttl 63                                               |
      | isolated | open     | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.123.11:7 ttl 64 |
      | nat      | isolated | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.123.11:7 ttl 64 |
      | nat      | nat      | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.123.11:7 ttl 64 |
      | nat      | route    | h1  | UDP 192.168.123.1:5000 > 192.168.123.11:7 ttl 63                                                |
      | nat      | open     | h1  | UDP 192.168.123.1:5000 > 192.168.123.11:7 ttl 63                                                |
      | route    | isolated | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.123.11:7 ttl 64 |
      | route    | nat      | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.123.11:7 ttl 64 |
      | route    | route    | h1  | UDP 192.168.122.11:5000 > 192.168.123.11:7 ttl 63                                               |
      | route    | open     | h1  | UDP 192.168.122.11:5000 > 192.168.123.11:7 ttl 63                                               |
      | open     | isolated | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.123.11:7 ttl 64 |
      | open     | nat      | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.123.11:7 ttl 64 |
      | open     | route    | h1  | UDP 192.168.122.11:5000 > 192.168.123.11:7 ttl 63                                               |
      | open     | open     | h1  | UDP 192.168.122.11:5000 > 192.168.123.11:7 ttl 63                                               |

  @checklist-11
  Scenario: From isolated to routed it goes one way only
    Given a host with the virtual networks
      | network | mode     | address          |
      | one     | isolated | 192.168.122.1/24 |
      | two     | route    | 192.168.123.1/24 |
    And the stations
      | guest | MAC               | address        | at  |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | one |
      | h1    | 52:54:00:00:00:13 | 192.168.123.11 | two |
    And IP forwarding is on
    And everybody has announced themselves
    When g1 routes a UDP datagram to h1 port 7 from port 5000
    Then h1 gets "UDP 192.168.122.11:5000 > 192.168.123.11:7 ttl 63"
    When h1 routes a UDP datagram to g1 port 5000 from port 7
    Then h1 gets "ICMP 3/3 192.168.123.1 > 192.168.123.11 about UDP 192.168.123.11:7 > 192.168.122.11:5000 ttl 64"
    And nobody else gets anything

  @checklist-10
  Scenario Outline: Fragments on one bridge are held because of a nat network on another, or pass beside a network of mode <mode>
    Given a host with the virtual networks
      | network | mode     | address          |
      | one     | isolated | 192.168.122.1/24 |
      | two     | <mode>   | 192.168.123.1/24 |
    And the stations
      | guest | MAC               | address        | at  |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | one |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | one |
    And everybody has announced themselves
    When g1 sends the first fragment of a datagram of 100 bytes to g2
    Then g2 gets "<first>"
    When g1 sends the last fragment of a datagram of 100 bytes to g2
    Then g2 gets "<then>"

    Examples:
      | mode  | first                                                            | then |
      | nat   |                                                                  | UDP 192.168.122.11:5000 > 192.168.122.12:7, first 64 bytes ttl 64; fragment at 64 192.168.122.11 > 192.168.122.12, 44 bytes ttl 64 |
      | route | UDP 192.168.122.11:5000 > 192.168.122.12:7, first 64 bytes ttl 64 | fragment at 64 192.168.122.11 > 192.168.122.12, 44 bytes ttl 64 |

  Scenario: Guests on isolated ports reach each other through the host
    Given a host with the virtual network
      | network | mode | address          |
      | default | nat  | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      | port     |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default | isolated |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default | isolated |
    And everybody has announced themselves
    When g1 sends a UDP datagram to g2 port 7
    Then nobody receives it
    When g1 routes a UDP datagram to g2 port 7 from port 5000
    Then g2 gets "UDP 192.168.122.11:5000 > 192.168.122.12:7 ttl 63"

  Scenario: A connection whose first packet only the host got is never translated
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And a host with the virtual network
      | network | mode | address          |
      | default | nat  | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
    When g2 goes down
    And g1 sends a UDP datagram to L port 53 from port 5000 with destination MAC ff:ff:ff:ff:ff:ff
    Then nothing arrives
    When g2 comes up
    And g1 sends a UDP datagram to L port 53 from port 5000 with destination MAC of g2
    Then g2 gets "UDP 192.168.122.11:5000 > 10.0.0.9:53 ttl 64"
