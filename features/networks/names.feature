Feature: Names that a network's own server knows, and whom it asks for others
  The name server of a network over either version of IP (switching.md section 7.2); on kernel devices that is a dnsmasq. Stations of
  the LAN stand for the resolvers that it asks.

  Background:
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And the uplink eth0 has the address 2001:db8:f::2/64 and the gateway 2001:db8:f::1 too

  Scenario Outline: Names have addresses of both versions, and are told over both: a guest <asks> <type> <asked>
    Given the network
      """xml
      <network>
        <name>default</name>
        <forward mode='nat'/>
        <domain name='lab.example' localOnly='yes'/>
        <dns forwardPlainNames='no'>
          <host ip='192.168.122.80'><hostname>www</hostname></host>
          <host ip='2001:db8:1::80'><hostname>www</hostname><hostname>six</hostname></host>
          <host ip='192.168.122.81'><hostname>outside.example.org</hostname></host>
          <txt name='note' value='hello world'/>
        </dns>
        <ip address='192.168.122.1' netmask='255.255.255.0'/>
        <ip family='ipv6' address='2001:db8:1::1' prefix='64' localPtr='yes'/>
      </network>
      """
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
    When g1 <asks> the <type> record of "<asked>"
    Then the name server says "<answer>"

    Examples:
      | asks               | type | asked                                                                    | answer         |
      | asks for           | AAAA | www                                                                      | 2001:db8:1::80 |
      | asks over IPv6 for | AAAA | www                                                                      | 2001:db8:1::80 |
      | asks over IPv6 for | A    | www                                                                      | 192.168.122.80 |
      | asks over IPv6 for | AAAA | WWW.lab.example                                                          | 2001:db8:1::80 |
      | asks over IPv6 for | A    | six                                                                      | no such record |
      | asks over IPv6 for | A    | six.lab.example                                                          | no such record |
      | asks over IPv6 for | AAAA | nowhere.lab.example                                                      | no such name   |
      | asks over IPv6 for | AAAA | outside.example.org                                                      | refused        |
      | asks over IPv6 for | PTR  | 0.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa         | no such name   |
      | asks for           | PTR  | 0.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa | www            |
      | asks for           | PTR  | 1.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa | no such name   |
      | asks for           | PTR  | 1.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa | refused        |
      | asks over IPv6 for | TXT  | note                                                                     | hello world    |
      | asks over IPv6 for | TXT  | www                                                                      | refused        |
      | asks over IPv6 for | PTR  | 80.122.168.192.in-addr.arpa                                              | www            |

  Scenario Outline: What a network does not know its host's resolver may, in a network that is <mode>
    Given the host asks 10.0.0.9 for names
    And the network
      """xml
      <network>
        <name>default</name>
        <forward mode='<mode>'/>
        <domain name='lab.example' localOnly='yes'/>
        <dns><host ip='192.168.122.80'><hostname>www</hostname></host></dns>
        <ip address='192.168.122.1' netmask='255.255.255.0'/>
        <ip family='ipv6' address='2001:db8:1::1' prefix='64'/>
      </network>
      """
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9                       | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    And L knows the names
      | name             | address      |
      | www.example.org  | 203.0.113.80 |
      | www.example.org  | 2001:db8::80 |
      | four.example.org | 203.0.113.81 |
    When g1 resolves "www.example.org" to 203.0.113.80
    And g1 resolves "www.example.org" to 2001:db8::80
    And g1 asks over IPv6 for the AAAA record of "www.example.org"
    Then the name server says "2001:db8::80"
    When g1 asks over IPv6 for the AAAA record of "four.example.org"
    Then the name server says "no such record"
    When g1 asks for the A record of "nowhere.example.org"
    Then the name server says "no such name"
    When g1 asks for the A record of "nowhere.lab.example"
    Then the name server says "no such name"
    When g1 resolves "www" to 192.168.122.80

    Examples:
      | mode  |
      | nat   |
      | route |
      | open  |

  Scenario: An isolated network keeps its questions to itself
    Given the host asks 10.0.0.9 for names
    And the network
      """xml
      <network>
        <name>lab</name>
        <dns><host ip='192.168.122.80'><hostname>www</hostname></host></dns>
        <ip address='192.168.122.1' netmask='255.255.255.0'/>
      </network>
      """
    And the stations
      | guest | MAC               | address        | at  |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | lab |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN |
    And everybody has announced themselves
    And the LAN knows the host
    And L knows the name
      | name            | address      |
      | www.example.org | 203.0.113.80 |
    When g1 asks for the A record of "www.example.org"
    Then the name server says "refused"
    When g1 resolves "www" to 192.168.122.80

  Scenario: Forwarders take the place of the host's resolver, each for its domain
    Given the host asks 10.0.0.9 for names
    And the network
      """xml
      <network>
        <name>default</name>
        <forward mode='nat'/>
        <dns>
          <forwarder addr='10.0.0.8'/>
          <forwarder domain='six.example' addr='2001:db8:f::7'/>
          <forwarder domain='default.six.example'/>
        </dns>
        <ip address='192.168.122.1' netmask='255.255.255.0'/>
      </network>
      """
    And the stations
      | guest | MAC               | address                 | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11          | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9                | LAN     |
      | M     | 52:54:00:00:00:98 | 10.0.0.8                | LAN     |
      | S     | 52:54:00:00:00:97 | 10.0.0.7, 2001:db8:f::7 | LAN     |
    And everybody has announced themselves
    And the LAN knows the host
    And L knows the name
      | name            | address     |
      | www.example.org | 203.0.113.9 |
    And M knows the names
      | name                | address      |
      | www.example.org     | 203.0.113.8  |
      | default.six.example | 203.0.113.88 |
    And S knows the names
      | name                | address      |
      | www.six.example     | 203.0.113.7  |
      | six.example         | 203.0.113.77 |
      | default.six.example | 203.0.113.78 |
    When g1 resolves "www.example.org" to 203.0.113.8
    And g1 resolves "www.six.example" to 203.0.113.7
    And g1 resolves "six.example" to 203.0.113.77
    And g1 resolves "default.six.example" to 203.0.113.88
    And g1 resolves "six.example" to 203.0.113.77

  Scenario: A name server is asked at the addresses of its bridge, and nowhere else
    Given the network
      """xml
      <network>
        <name>default</name>
        <forward mode='route'/>
        <dns><host ip='192.168.122.80'><hostname>www</hostname></host></dns>
        <ip address='192.168.122.1' netmask='255.255.255.0'/>
        <ip family='ipv6' address='2001:db8:1::1' prefix='64'/>
      </network>
      """
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
    And everybody has announced themselves
    When g1 routes a UDP datagram to 10.0.0.2 port 53 from port 5000
    Then g1 gets "ICMP 3/3 10.0.0.2 > 192.168.122.11 about UDP 192.168.122.11:5000 > 10.0.0.2:53 ttl 64"
    When g1 routes an IPv6 UDP datagram to 2001:db8:f::2 port 53 from port 5000
    Then g1 gets "ICMPv6 1/4 2001:db8:f::2 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:f::2]:53 hops 64"
    When g1 routes an IPv6 UDP datagram to 2001:db8:1::1 port 547 from port 5000
    Then g1 gets "ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:1::1]:547 hops 64"
