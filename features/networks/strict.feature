Feature: In the strict meaning the host's packets pass a guest's IP rules too
  libvirt asks a guest's IP rules about bridged packets only: what the host sends to a guest, or routes to it, passes them
  by (nwfilter.md section 4.1 and quirk 26). A careful author expects otherwise, and the strict meaning does as expected.

  Background:
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And IP forwarding is on
    And the filter
      """xml
      <filter name='web'>
        <rule action='accept' direction='in'><tcp dstportstart='80'/></rule>
        <rule action='accept' direction='out'><all/></rule>
        <rule action='drop' direction='in'><all/></rule>
      </filter>
      """

  Scenario Outline: The LAN speaks to a guest behind a filter, <meaning>, <mode>: <packet>
    Given filters in <meaning> meaning
    And a host with the virtual network
      | network | mode   | address          |
      | default | <mode> | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      | filter |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default | web    |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |        |
    And everybody has announced themselves
    And the LAN knows the host
    When L routes <packet> from port 5001
    Then <outcome>

    Examples:
      | meaning | mode  | packet                       | outcome                                                    |
      | strict  | route | a TCP SYN to g1 port 80      | g1 gets "TCP 10.0.0.9:5001 > 192.168.122.11:80 SYN ttl 63" |
      | strict  | route | a TCP SYN to g1 port 22      | g1 receives nothing                                        |
      | strict  | route | a UDP datagram to g1 port 53 | g1 receives nothing                                        |
      | strict  | open  | a TCP SYN to g1 port 80      | g1 gets "TCP 10.0.0.9:5001 > 192.168.122.11:80 SYN ttl 63" |
      | strict  | open  | a TCP SYN to g1 port 22      | g1 receives nothing                                        |
      | libvirt | route | a TCP SYN to g1 port 22      | g1 gets "TCP 10.0.0.9:5001 > 192.168.122.11:22 SYN ttl 63" |
      | libvirt | open  | a UDP datagram to g1 port 53 | g1 gets "UDP 10.0.0.9:5001 > 192.168.122.11:53 ttl 63"     |

  Scenario Outline: A guest asks the LAN and gets its answer, and nothing else, <mode>
    Given filters in strict meaning
    And a host with the virtual network
      | network | mode   | address          |
      | default | <mode> | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      | filter |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default | web    |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |        |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1       | LAN     |        |
    And everybody has announced themselves
    And the LAN knows the host
    When g1 routes a UDP datagram to L port 53 from port 5000
    Then L gets "UDP <outside>:5000 > 10.0.0.9:53 ttl 63"
    When L routes a UDP datagram to <outside> port 5000 from port 53
    Then g1 gets "UDP 10.0.0.9:53 > 192.168.122.11:5000 ttl 63"
    When L routes a UDP datagram to <outside> port 5000 from port 54
    Then g1 receives nothing

    Examples:
      | mode  | outside        |
      | nat   | 10.0.0.2       |
      | route | 192.168.122.11 |
      | open  | 192.168.122.11 |

  Scenario Outline: The host answers a guest's ping, and its errors belong to no connection of their own, <meaning>, <mode>
    Given filters in <meaning> meaning
    And a host with the virtual network
      | network | mode   | address          |
      | default | <mode> | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      | filter |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default | web    |
      | gw    | 52:54:00:00:00:01 | 10.0.0.1       | LAN     |        |
    And everybody has announced themselves
    And the LAN knows the host
    When g1 routes a ping to 192.168.122.1
    Then g1 gets "ICMP 0/0 192.168.122.1 > 192.168.122.11 ttl 64"
    When g1 routes a UDP datagram to 192.168.122.1 port 9 from port 5000
    Then g1 <hears>

    Examples:
      | meaning | mode     | hears                                                                                                 |
      | strict  | isolated | receives nothing                                                                                      |
      | strict  | nat      | receives nothing                                                                                      |
      | strict  | route    | receives nothing                                                                                      |
      | strict  | open     | receives nothing                                                                                      |
      | libvirt | isolated | gets "ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.122.1:9 ttl 64" |
      | libvirt | open     | gets "ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.122.1:9 ttl 64" |

  Scenario: A rule for related packets lets the host's errors in
    Given filters in strict meaning
    And the filter
      """xml
      <filter name='errors'>
        <rule action='accept' direction='in' priority='100'><all state='RELATED'/></rule>
        <rule action='accept' direction='out'><all/></rule>
        <rule action='drop' direction='in'><all/></rule>
      </filter>
      """
    And a host with the virtual network
      | network | mode     | address          |
      | default | isolated | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      | filter |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default | errors |
    And everybody has announced themselves
    When g1 routes a UDP datagram to 192.168.122.1 port 9 from port 5000
    Then g1 gets "ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.122.1:9 ttl 64"

  Scenario Outline: Frames that the host puts on its bridge belong to no connection, <meaning>
    Given a host with the virtual network
      | network | mode     | address          |
      | default | isolated | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at                 | filter |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default            | web    |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default            |        |
      | H     | 52:54:00:00:00:aa | 192.168.122.1  | host behind virbr0 |        |
    And filters in <meaning> meaning
    When g1 sends an ARP request for g2
    And H sends a TCP SYN to g1 port 80
    Then <web> receives it
    When H sends a UDP datagram to g1 port 53
    Then <udp> receives it
    When H sends an ARP request for g1
    Then only g1 and g2 receive it

    Examples:
      | meaning | web     | udp     |
      | strict  | nobody  | nobody  |
      | libvirt | only g1 | only g1 |

  Scenario Outline: From one network to another both guests' rules are asked, <meaning>
    Given filters in <meaning> meaning
    And a host with the virtual networks
      | network | mode  | address          |
      | one     | route | 192.168.122.1/24 |
      | two     | route | 192.168.123.1/24 |
    And the stations
      | guest | MAC               | address        | at  | filter |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | one | web    |
      | h1    | 52:54:00:00:00:13 | 192.168.123.11 | two | web    |
    And everybody has announced themselves
    When g1 routes a TCP SYN to h1 port 80 from port 5000
    Then h1 gets "TCP 192.168.122.11:5000 > 192.168.123.11:80 SYN ttl 63"
    When h1 routes a TCP SYN-ACK to g1 port 5000 from port 80 with acknowledgement 1001
    Then g1 gets "TCP 192.168.123.11:80 > 192.168.122.11:5000 SYN+ACK ttl 63"
    When g1 routes a UDP datagram to h1 port 53 from port 5000
    Then h1 <hears>
    And nobody else gets anything

    Examples:
      | meaning | hears                                                     |
      | strict  | receives nothing                                          |
      | libvirt | gets "UDP 192.168.122.11:5000 > 192.168.123.11:53 ttl 63" |

  Scenario: On one bridge it is as it always was
    Given filters in strict meaning
    And a host with the virtual network
      | network | mode | address          |
      | default | nat  | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      | filter |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default | web    |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |        |
    And everybody has announced themselves
    When g2 sends a TCP SYN to g1 port 80
    Then only g1 receives it
    When g2 sends a TCP SYN to g1 port 22
    Then nobody receives it
    When g1 sends a UDP datagram to g2 port 53 from port 5000
    Then only g2 receives it
    When g2 sends a UDP datagram to g1 port 5000 from port 53
    Then only g1 receives it

  Scenario: Guests on isolated ports are the host's to route, and are asked for what it routes
    Given filters in strict meaning
    And a host with the virtual network
      | network | mode  | address          |
      | default | route | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      | port     | filter |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default | isolated |        |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default | isolated | web    |
    And everybody has announced themselves
    When g1 routes a TCP SYN to g2 port 80 from port 5000
    Then g2 gets "TCP 192.168.122.11:5000 > 192.168.122.12:80 SYN ttl 63"
    When g1 routes a TCP SYN to g2 port 22 from port 5000
    Then g2 receives nothing

  Scenario Outline: It is the same in IPv6: <packet>
    Given filters in strict meaning
    And the uplink eth0 has the address 2001:db8:f::2/64 and the gateway 2001:db8:f::1 too
    And the filter
      """xml
      <filter name='web6'>
        <rule action='accept' direction='in'><tcp-ipv6 dstportstart='80'/></rule>
        <rule action='accept' direction='out'><all-ipv6/></rule>
        <rule action='drop' direction='in'><all-ipv6/></rule>
      </filter>
      """
    And a host with the virtual network
      | network | mode  | address                            |
      | default | route | 192.168.122.1/24, 2001:db8:1::1/64 |
    And the stations
      | guest | MAC               | address                        | at      | filter |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default | web6   |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |        |
    And everybody has announced themselves
    And the LAN knows the host
    When L routes <packet>
    Then g1 <hears>
    When g1 routes an IPv6 ping to 2001:db8:1::1
    Then g1 gets "ICMPv6 129/0 2001:db8:1::1 > 2001:db8:1::11 hops 64"

    Examples:
      | packet                                            | hears                                                             |
      | an IPv6 TCP SYN to g1 port 80 from port 5001      | gets "TCP [2001:db8:f::9]:5001 > [2001:db8:1::11]:80 SYN hops 63" |
      | an IPv6 TCP SYN to g1 port 22 from port 5001      | receives nothing                                                  |
      | an IPv6 UDP datagram to g1 port 53 from port 5000 | receives nothing                                                  |

  Scenario Outline: The network's own server is a host like any other, <meaning>: <rule>
    Given filters in <meaning> meaning
    And the filter
      """xml
      <filter name='served'>
        <rule action='accept' direction='out'><all/></rule>
        <rule action='accept' direction='in'><udp dstportstart='<port>'/></rule>
        <rule action='drop' direction='in'><all/></rule>
      </filter>
      """
    And the network
      """xml
      <network>
        <name>default</name>
        <forward mode='nat'/>
        <dns><host ip='192.168.122.80'><hostname>www</hostname></host></dns>
        <ip address='192.168.122.1' netmask='255.255.255.0'>
          <dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp>
        </ip>
      </network>
      """
    And the stations
      | guest | MAC               | at      | filter |
      | g1    | 52:54:00:00:00:11 | default | served |
    When g1 <does>

    Examples:
      | meaning | rule                        | port | does            |
      | strict  | answers to port 68 come in  | 68   | gets an address |
      | strict  | answers to port 68 stay out | 69   | gets no address |
      | libvirt | nobody asks about them      | 69   | gets an address |
