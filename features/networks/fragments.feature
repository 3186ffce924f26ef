Feature: Datagrams in fragments
  Where connection tracking runs for IPv6, as in a network that translates it, fragments are kept until the datagram is whole
  (nf_defrag_ipv6), and cut again if it is larger than the pieces were; elsewhere they pass one by one.

  Background:
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And the uplink eth0 has the address 2001:db8:f::2/64 and the gateway 2001:db8:f::1 too
    And IP forwarding is on

  Scenario Outline: Without tracking the pieces pass one by one, <mode>
    Given a host with the virtual networks
      | network | mode  | address                            | IPv6 |
      | default | <mode> | 192.168.122.1/24, 2001:db8:1::1/64 |  |
      | other   | route | 192.168.123.1/24, 2001:db8:2::1/64 |      |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | h1    | 52:54:00:00:00:13 | 192.168.123.13, 2001:db8:2::13 | other   |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When g1 <how> the last IPv6 fragment of a datagram of 100 bytes to <to>
    Then <to> gets "fragment at 64 2001:db8:1::11 > <address>, 44 bytes hops <hops>"
    When g1 <how> the first IPv6 fragment of a datagram of 100 bytes to <to>
    Then <to> gets "UDP [2001:db8:1::11]:5000 > [<address>]:7, first 64 bytes hops <hops>"

    Examples:
      | mode     | how    | to | address        | hops |
      | isolated | sends  | g2 | 2001:db8:1::12 | 64   |
      | nat      | sends  | g2 | 2001:db8:1::12 | 64   |
      | nat      | routes | L  | 2001:db8:f::9  | 63   |
      | route    | routes | L  | 2001:db8:f::9  | 63   |
      | open     | routes | L  | 2001:db8:f::9  | 63   |

  Scenario Outline: An isolated network drops them without a word: the first has no checksum of its own that could be right
    Given a host with the virtual networks
      | network | mode  | address                            | IPv6 |
      | default | isolated | 192.168.122.1/24, 2001:db8:1::1/64 |  |
      | other   | route | 192.168.123.1/24, 2001:db8:2::1/64 |      |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | h1    | 52:54:00:00:00:13 | 192.168.123.13, 2001:db8:2::13 | other   |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When g1 routes the <which> IPv6 fragment of a datagram of 100 bytes to L
    Then nothing arrives

    Examples:
      | which |
      | first |
      | last  |

  Scenario Outline: Bridged pieces are held and leave as they came, or as one packet if that is no larger than the largest was, <bytes> bytes
    Given a host with the virtual networks
      | network | mode  | address                            | IPv6 |
      | default | nat   | 192.168.122.1/24, 2001:db8:1::1/64 | translated |
      | other   | route | 192.168.123.1/24, 2001:db8:2::1/64 |      |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | h1    | 52:54:00:00:00:13 | 192.168.123.13, 2001:db8:2::13 | other   |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When g1 sends the last IPv6 fragment of a datagram of <bytes> bytes to g2
    Then nothing arrives
    When g1 sends the first IPv6 fragment of a datagram of <bytes> bytes to g2
    Then g2 gets "<packets>"

    Examples:
      | bytes | packets                                                                                                                                    |
      | 100   | UDP [2001:db8:1::11]:5000 > [2001:db8:1::12]:7, first 64 bytes hops 64; fragment at 64 2001:db8:1::11 > 2001:db8:1::12, 44 bytes hops 64   |
      | 60    | UDP [2001:db8:1::11]:5000 > [2001:db8:1::12]:7 hops 64                                                                                     |
      | 1350  | UDP [2001:db8:1::11]:5000 > [2001:db8:1::12]:7, first 64 bytes hops 64; fragment at 64 2001:db8:1::11 > 2001:db8:1::12, 1294 bytes hops 64 |

  Scenario: Flooded to several ports they are cut anew, be it into a single fragment, for all but the oldest port
    Given a host with the virtual network
      | network | mode | address                            | IPv6       |
      | default | nat  | 192.168.122.1/24, 2001:db8:1::1/64 | translated |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | g3    | 52:54:00:00:00:13 | 192.168.122.13, 2001:db8:1::13 | default |
    When g1 sends the last IPv6 fragment of a datagram of 100 bytes to g2
    And g1 sends the first IPv6 fragment of a datagram of 100 bytes to g2
    Then g2 gets "UDP [2001:db8:1::11]:5000 > [2001:db8:1::12]:7, first 64 bytes hops 64; fragment at 64 2001:db8:1::11 > 2001:db8:1::12, 44 bytes hops 64"
    And g3 gets "UDP [2001:db8:1::11]:5000 > [2001:db8:1::12]:7, first 108 bytes hops 64"

  Scenario: Routed from a bridge they leave as one packet, translated
    Given a host with the virtual networks
      | network | mode  | address                            | IPv6 |
      | default | nat   | 192.168.122.1/24, 2001:db8:1::1/64 | translated |
      | other   | route | 192.168.123.1/24, 2001:db8:2::1/64 |      |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | h1    | 52:54:00:00:00:13 | 192.168.123.13, 2001:db8:2::13 | other   |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When g1 routes the last IPv6 fragment of a datagram of 100 bytes to L
    Then nothing arrives
    When g1 routes the first IPv6 fragment of a datagram of 100 bytes to L
    Then L gets "UDP [2001:db8:f::2]:5000 > [2001:db8:f::9]:7 hops 63"

  Scenario Outline: Routed from the LAN they leave as they came, <bytes> bytes
    Given a host with the virtual networks
      | network | mode  | address                            | IPv6 |
      | default | nat   | 192.168.122.1/24, 2001:db8:1::1/64 | translated |
      | other   | route | 192.168.123.1/24, 2001:db8:2::1/64 |      |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | h1    | 52:54:00:00:00:13 | 192.168.123.13, 2001:db8:2::13 | other   |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When L routes the last IPv6 fragment of a datagram of <bytes> bytes to h1
    Then nothing arrives
    When L routes the first IPv6 fragment of a datagram of <bytes> bytes to h1
    Then h1 gets "<packets>"

    Examples:
      | bytes | packets                                                                                                                                |
      | 100   | UDP [2001:db8:f::9]:5000 > [2001:db8:2::13]:7, first 64 bytes hops 63; fragment at 64 2001:db8:f::9 > 2001:db8:2::13, 44 bytes hops 63 |
      | 60    | UDP [2001:db8:f::9]:5000 > [2001:db8:2::13]:7 hops 63                                                                                  |

  Scenario: A datagram whose checksum does not fit its length belongs to no connection, and leaves untranslated
    Given a host with the virtual networks
      | network | mode  | address                            | IPv6 |
      | default | nat   | 192.168.122.1/24, 2001:db8:1::1/64 | translated |
      | other   | route | 192.168.123.1/24, 2001:db8:2::1/64 |      |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | h1    | 52:54:00:00:00:13 | 192.168.123.13, 2001:db8:2::13 | other   |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    When g1 routes the first IPv6 fragment of a datagram of 100 bytes to L
    And g1 routes the first IPv6 fragment of a datagram of 100 bytes to L
    Then nothing arrives
    When g1 routes the last IPv6 fragment of a datagram of 300 bytes to L
    Then L gets "UDP [2001:db8:1::11]:5000 > [2001:db8:f::9]:7 hops 63"

  Scenario Outline: The host puts together what is for itself, in a network where IPv6 is <ipv6>
    Given a host with the virtual network
      | network | mode | address                            | IPv6   |
      | default | nat  | 192.168.122.1/24, 2001:db8:1::1/64 | <ipv6> |
    And the stations
      | guest | MAC               | address                        | at                 |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default            |
      | host  |                   | 192.168.122.1, 2001:db8:1::1   | host behind virbr0 |
    When g1 sends the last IPv6 fragment of a datagram of 100 bytes to host
    Then g1 gets ""
    When g1 sends the first IPv6 fragment of a datagram of 100 bytes to host
    Then g1 gets "ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:1::1]:7 hops 64"

    Examples:
      | ipv6       |
      | routed     |
      | translated |

  Scenario: Flooded in IPv4 the copies are cut as large as the largest piece was, and the oldest port gets them as they came
    Given a host with the virtual network
      | network | mode | address          |
      | default | nat  | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | g3    | 52:54:00:00:00:13 | 192.168.122.13 | default |
    When g1 sends the last fragment of a datagram of 300 bytes to g2
    And g1 sends the first fragment of a datagram of 300 bytes to g2
    Then g2 gets "UDP 192.168.122.11:5000 > 192.168.122.12:7, first 64 bytes ttl 64; fragment at 64 192.168.122.11 > 192.168.122.12, 244 bytes ttl 64"
    And g3 gets "UDP 192.168.122.11:5000 > 192.168.122.12:7, first 240 bytes ttl 64; fragment at 240 192.168.122.11 > 192.168.122.12, 68 bytes ttl 64"

  Scenario: The host itself sends no more at once than the smallest port of its bridge takes
    Given a host with the virtual network
      | network | mode | address          |
      | default | open | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      | port     |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default | MTU 1000 |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |          |
    And everybody has announced themselves
    When g2 routes a ping to 192.168.122.1 with payload length 1400
    Then g2 gets "ICMP 0/0 192.168.122.1 > 192.168.122.12, first 976 bytes ttl 64; fragment at 976 192.168.122.1 > 192.168.122.12, 432 bytes ttl 64"
