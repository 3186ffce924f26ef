Feature: Addresses and names from a network's own server
  What a guest sees of the DHCP and DNS server of its network (switching.md section 7); on kernel devices that is a dnsmasq.

  Background:
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1

  Scenario Outline: A reserved address is given to its guest, and names are known, in a network that is <mode>
    Given the network
      """xml
      <network>
        <name>default</name>
        <forward mode='<mode>'/>
        <dns><host ip='192.168.122.80'><hostname>www</hostname></host></dns>
        <ip address='192.168.122.1' netmask='255.255.255.0'>
          <dhcp>
            <range start='192.168.122.2' end='192.168.122.254'/>
            <host mac='52:54:00:00:00:11' ip='192.168.122.50'/>
          </dhcp>
        </ip>
      </network>
      """
    And the stations
      | guest | MAC               | at      |
      | g1    | 52:54:00:00:00:11 | default |
      | g2    | 52:54:00:00:00:12 | default |
    When g1 gets an address
    And g1 resolves "www" to 192.168.122.80
    And g1 cannot resolve "nowhere.example"
    And g2 gets an address
    And g1 pings g2
    Then it succeeds

    Examples:
      | mode  |
      | nat   |
      | route |
      | open  |

  Scenario: Without a range only those with a reservation get an address
    Given the network
      """xml
      <network>
        <name>default</name>
        <forward mode='nat'/>
        <domain name='lab.example'/>
        <dns><host ip='192.168.122.80'><hostname>www</hostname></host></dns>
        <ip address='192.168.122.1' netmask='255.255.255.0'>
          <dhcp><host mac='52:54:00:00:00:11' name='web' ip='192.168.122.50'/></dhcp>
        </ip>
      </network>
      """
    And the stations
      | guest | MAC               | at      |
      | g1    | 52:54:00:00:00:11 | default |
      | g2    | 52:54:00:00:00:12 | default |
    When g1 gets an address
    And g2 gets no address
    And g1 resolves "www.lab.example" to 192.168.122.80
    And g1 resolves "web" to 192.168.122.50
    And g1 resolves "web.lab.example" to 192.168.122.50

  Scenario: In an isolated network names resolve, and pings fail all the same
    Given the network
      """xml
      <network>
        <name>lab</name>
        <dns><host ip='10.0.0.9'><hostname>www.example.org</hostname></host></dns>
        <ip address='192.168.122.1' netmask='255.255.255.0'>
          <dhcp><host mac='52:54:00:00:00:11' ip='192.168.122.11'/></dhcp>
        </ip>
      </network>
      """
    And the stations
      | guest | MAC               | address        | at  |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | lab |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN |
    And IP forwarding is on
    When g1 gets an address
    And g1 resolves "www.example.org" to 10.0.0.9
    And g1 cannot resolve "other.example.org"
    When g1 routes a ping to L
    Then g1 gets "ICMP 3/3 192.168.122.1 > 192.168.122.11 about ICMP 8/0 192.168.122.11 > 10.0.0.9 ttl 64"
    And nobody else gets anything

  Scenario: Each range and each reservation has a lease time of its own, and an offer of ever has no renewal
    Given the network
      """xml
      <network>
        <name>default</name>
        <forward mode='nat'/>
        <mtu size='9000'/>
        <domain name='lab.example'/>
        <ip address='192.168.122.1' netmask='255.255.255.0'>
          <dhcp>
            <range start='192.168.122.100' end='192.168.122.120'><lease expiry='30'/></range>
            <host mac='52:54:00:00:00:11' name='web' ip='192.168.122.50'><lease expiry='2' unit='hours'/></host>
            <host mac='52:54:00:00:00:12' ip='192.168.122.51'><lease expiry='0'/></host>
          </dhcp>
        </ip>
      </network>
      """
    And the stations
      | guest | MAC               | at      |
      | g1    | 52:54:00:00:00:11 | default |
      | g2    | 52:54:00:00:00:12 | default |
      | g3    | 52:54:00:00:00:13 | default |
    When g1 gets an address
    Then g1 was told
      | what        | value           |
      | mask        | 255.255.255.0   |
      | broadcast   | 192.168.122.255 |
      | router      | 192.168.122.1   |
      | name server | 192.168.122.1   |
      | domain      | lab.example     |
      | host name   | web             |
      | MTU         | 9000            |
      | lease       | 7200            |
      | renewal     | 3600            |
      | rebinding   | 6300            |
    When g2 gets an address
    Then g2 was told
      | what      | value      |
      | host name | g2         |
      | lease     | 4294967295 |
      | renewal   |            |
      | rebinding |            |
    When g3 gets an address
    Then g3 was told
      | what      | value |
      | lease     | 1800  |
      | renewal   | 900   |
      | rebinding | 1575  |
    When g3 asks for all but an address
    Then g3 was told
      | what   | value         |
      | router | 192.168.122.1 |
      | lease  |               |
    When g1 resolves "g3.lab.example" to 192.168.122.106
    And g1 asks for the PTR record of "106.122.168.192.in-addr.arpa"
    Then the name server says "g3.lab.example"

  Scenario: Without a name server addresses are given all the same, and refused to those who must not have them
    Given the network
      """xml
      <network>
        <name>quiet</name>
        <dns enable='no'/>
        <ip address='192.168.122.1' netmask='255.255.255.0'>
          <dhcp>
            <range start='192.168.122.100' end='192.168.122.120'/>
            <host mac='52:54:00:00:00:11' name='web' ip='192.168.122.50'/>
            <host name='g4' ip='192.168.122.53'/>
          </dhcp>
        </ip>
      </network>
      """
    And the stations
      | guest | MAC               | at    |
      | g1    | 52:54:00:00:00:11 | quiet |
      | g2    | 52:54:00:00:00:12 | quiet |
      | g4    | 52:54:00:00:00:14 | quiet |
    When g1 asks for the address 192.168.122.50 and gets it
    And g1 asks for the address 192.168.122.51 and is refused
    Then g1 was told
      | what    | value         |
      | message | wrong address |
    When g1 asks for the address 10.9.9.9 and is refused
    And g2 asks for the address 192.168.122.105 and gets it
    And g4 gets an address
    And g2 gets an address
    Then g2 was told
      | what        | value |
      | name server |       |
      | router      |       |
      | lease       | 3600  |
    When g2 asks for the A record of "web"
    Then the name server says "nobody is there"

  Scenario Outline: What a name server knows by itself, and what it says does not exist: <type> <asked>
    Given the network
      """xml
      <network>
        <name>default</name>
        <forward mode='nat'/>
        <domain name='lab.example' localOnly='yes'/>
        <dns forwardPlainNames='no'>
          <txt name='note' value='hello world'/>
          <host ip='192.168.122.80'><hostname>www</hostname><hostname>web</hostname></host>
          <srv service='ldap' protocol='tcp' domain='lab.example' target='dc.lab.example' port='389' priority='10' weight='60'/>
        </dns>
        <ip address='192.168.122.1' netmask='255.255.255.0' localPtr='yes'/>
      </network>
      """
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
    When g1 asks for the <type> record of "<asked>"
    Then the name server says "<answer>"

    Examples:
      | type | asked                       | answer                   |
      | A    | www                         | 192.168.122.80           |
      | A    | WEB.lab.example             | 192.168.122.80           |
      | A    | nowhere                     | no such name             |
      | A    | nowhere.lab.example         | no such name             |
      | A    | nowhere.example             | refused                  |
      | PTR  | 80.122.168.192.in-addr.arpa | www                      |
      | PTR  | 99.122.168.192.in-addr.arpa | no such name             |
      | PTR  | 9.0.0.10.in-addr.arpa       | refused                  |
      | TXT  | note                        | hello world              |
      | SRV  | _ldap._tcp.lab.example      | 10 60 389 dc.lab.example |

  Scenario: A network of the table gives addresses away too
    Given a host with the virtual network
      | network | mode | address          | DHCP                            |
      | default | nat  | 192.168.122.1/24 | 192.168.122.100-192.168.122.120 |
    And the stations
      | guest | MAC               | at      |
      | g1    | 52:54:00:00:00:11 | default |
      | g2    | 52:54:00:00:00:12 | default |
    When g1 gets an address
    And g2 gets an address
    And g1 pings g2
    Then it succeeds
    When g1 resolves "g2" to 192.168.122.105

  Scenario Outline: A guest that may hear one server only, <server>
    Given the filter
      """xml
      <filter name='no-other-dhcp-server' chain='ipv4'>
        <rule action='drop' direction='in' priority='900'><ip protocol='udp' srcportstart='67'/></rule>
      </filter>
      """
    And the filter
      """xml
      <filter name='dhcp-client' chain='root'>
        <filterref filter='allow-dhcp-server'/>
        <filterref filter='no-other-dhcp-server'/>
      </filter>
      """
    And a host with the virtual network
      | network | mode | address          | DHCP                            |
      | default | nat  | 192.168.122.1/24 | 192.168.122.100-192.168.122.120 |
    And the stations
      | guest | MAC               | at      | filter      | parameters          |
      | g1    | 52:54:00:00:00:11 | default | dhcp-client | DHCPSERVER=<server> |
    When g1 gets <what>

    Examples:
      | server        | what       |
      | 192.168.122.1 | an address |
      | 192.168.122.9 | no address |

  Scenario: allow-dhcp alone shuts nobody out: libvirt's chains accept what runs off their end
    Given the filter
      """xml
      <filter name='dhcp-only' chain='root'>
        <filterref filter='allow-dhcp'/>
        <filterref filter='no-other-l2-traffic'/>
      </filter>
      """
    And a host with the virtual network
      | network | mode | address          | DHCP                            |
      | default | nat  | 192.168.122.1/24 | 192.168.122.100-192.168.122.120 |
    And the stations
      | guest | MAC               | address       | at      | filter    |
      | g1    | 52:54:00:00:00:11 |               | default | dhcp-only |
      | g2    | 52:54:00:00:00:12 | 192.168.122.9 | default |           |
    When g1 gets an address
    And g2 sends a UDP datagram to 192.168.122.104 with destination MAC of g1
    Then only g1 receives it
    When g2 sends an ARP request for 192.168.122.104
    Then nobody receives it

  Scenario: clean-traffic lets a guest ask, and hears no lies about the address that it then has
    Given a host with the virtual network
      | network | mode | address          | DHCP                            |
      | default | nat  | 192.168.122.1/24 | 192.168.122.100-192.168.122.120 |
    And the stations
      | guest | MAC               | at      | filter        | parameters         |
      | g1    | 52:54:00:00:00:11 | default | clean-traffic | IP=192.168.122.104 |
      | g2    | 52:54:00:00:00:12 | default | clean-traffic | IP=192.168.122.99  |
      | g3    | 52:54:00:00:00:13 | default |               |                    |
    When g1 gets an address
    And g2 gets an address
    And g3 gets an address
    And g1 pings g3
    Then it succeeds
    When g2 pings g3
    Then there is no answer
