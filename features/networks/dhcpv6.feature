Feature: IPv6 addresses from a network's own server
  What a guest sees of stateful DHCPv6 (switching.md section 7.3); on kernel devices that is a dnsmasq.

  Background:
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1

  Scenario Outline: Reservations by identifier and by name, and a range for the rest, in a network that is <mode>
    Given the network
      """xml
      <network>
        <name>default</name>
        <forward mode='<mode>'/>
        <domain name='lab.example'/>
        <ip family='ipv6' address='2001:db8:1::1' prefix='64'>
          <dhcp>
            <range start='2001:db8:1::100' end='2001:db8:1::1ff'/>
            <host id='0:3:0:1:52:54:0:0:0:11' name='web' ip='2001:db8:1::50'/>
            <host name='g2' ip='2001:db8:1::51'/>
          </dhcp>
        </ip>
      </network>
      """
    And the stations
      | guest | MAC               | at      |
      | g1    | 52:54:00:00:00:11 | default |
      | g2    | 52:54:00:00:00:12 | default |
      | g3    | 52:54:00:00:00:13 | default |
    When g1 looks for a router
    Then the router of g1 says
      | what       | value           |
      | managed    | yes             |
      | other      | yes             |
      | prefixes   | 2001:db8:1::/64 |
      | on-link    | yes             |
      | autonomous | no              |
    When g1 gets an IPv6 address
    Then g1 was told by DHCPv6
      | what        | value           |
      | address     | 2001:db8:1::50  |
      | preferred   | 86400           |
      | valid       | 86400           |
      | renewal     | 43200           |
      | rebinding   | 75600           |
      | status      | success         |
      | preference  |                 |
      | name server | 2001:db8:1::1   |
      | name        | web.lab.example |
    When g2 gets an IPv6 address
    Then g2 was told by DHCPv6
      | what    | value          |
      | address | 2001:db8:1::51 |
      | name    | g2.lab.example |
    When g3 gets an IPv6 address
    And g1 pings g3 over IPv6
    Then it succeeds
    When g3 asks over IPv6 for the AAAA record of "web.lab.example"
    Then the name server says "2001:db8:1::50"
    When g3 asks over IPv6 for the PTR record of "1.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
    Then the name server says "g2.lab.example"

    Examples:
      | mode  |
      | nat   |
      | route |
      | open  |

  Scenario: What becomes of a lease
    Given the network
      """xml
      <network>
        <name>lab</name>
        <ip address='192.168.122.1' netmask='255.255.255.0'>
          <dhcp><host mac='52:54:00:00:00:11' name='web' ip='192.168.122.11'/></dhcp>
        </ip>
        <ip family='ipv6' address='2001:db8:1::1' prefix='64'>
          <dhcp>
            <range start='2001:db8:1::100' end='2001:db8:1::1ff'><lease expiry='10'/></range>
            <host id='0:3:0:1:52:54:0:0:0:12' ip='2001:db8:1::51'><lease expiry='0'/></host>
          </dhcp>
        </ip>
      </network>
      """
    And the stations
      | guest | MAC               | at  |
      | g1    | 52:54:00:00:00:11 | lab |
      | g2    | 52:54:00:00:00:12 | lab |
      | g3    | 52:54:00:00:00:13 | lab |
    When g1 gets an IPv6 address
    Then g1 was told by DHCPv6
      | what      | value   |
      | valid     | 600     |
      | renewal   | 300     |
      | rebinding | 525     |
      | name      | g1      |
      | status    | success |
    When g1 confirms its IPv6 address
    Then g1 was told by DHCPv6
      | what   | value                       |
      | status | all addresses still on link |
    When g1 renews its IPv6 address
    Then g1 was told by DHCPv6
      | what  | value |
      | valid | 600   |
    When g1 rebinds its IPv6 address
    Then g1 was told by DHCPv6
      | what  | value |
      | valid | 600   |
    When g1 releases its IPv6 address
    Then g1 was told by DHCPv6
      | what   | value            |
      | status | release received |
    When g1 releases its IPv6 address
    Then g1 was told by DHCPv6
      | what                  | value            |
      | status                | release received |
      | status of the address | no binding found |
    When g1 renews its IPv6 address
    Then g1 was told by DHCPv6
      | what                  | value            |
      | status of the address | no binding found |
    When g2 gets an IPv6 address
    Then g2 was told by DHCPv6
      | what      | value      |
      | valid     | 4294967295 |
      | renewal   | 4294967295 |
      | rebinding | 4294967295 |
    When g3 gets an IPv6 address
    And g3 declines its IPv6 address
    Then g3 was told by DHCPv6
      | what   | value   |
      | status | success |
    When g3 gets an IPv6 address
    And g3 asks for all but an IPv6 address
    Then g3 was told by DHCPv6
      | what        | value         |
      | name server | 2001:db8:1::1 |
      | refresh     | 600           |
      | name        | g3            |
    When g2 declines its IPv6 address
    And g2 asks for all but an IPv6 address

  Scenario: Without a range only those with a reservation get an address
    Given the network
      """xml
      <network>
        <name>default</name>
        <forward mode='nat'/>
        <dns enable='no'/>
        <ip family='ipv6' address='2001:db8:1::1' prefix='64'>
          <dhcp><host id='0:3:0:1:52:54:0:0:0:11' ip='2001:db8:1::50'/></dhcp>
        </ip>
      </network>
      """
    And the stations
      | guest | MAC               | at      |
      | g1    | 52:54:00:00:00:11 | default |
      | g2    | 52:54:00:00:00:12 | default |
    When g1 gets an IPv6 address
    Then g1 was told by DHCPv6
      | what        | value |
      | name server |       |
      | name        | g1    |
    When g2 gets no IPv6 address
    Then g2 was told by DHCPv6
      | what   | value                  |
      | status | no addresses available |

  Scenario: A range gives what it has, and then nothing
    Given the network
      """xml
      <network>
        <name>default</name>
        <forward mode='nat'/>
        <ip family='ipv6' address='2001:db8:1::1' prefix='64'>
          <dhcp><range start='2001:db8:1::1' end='2001:db8:1::3'/></dhcp>
        </ip>
      </network>
      """
    And the stations
      | guest | MAC               | at      |
      | g1    | 52:54:00:00:00:11 | default |
      | g2    | 52:54:00:00:00:12 | default |
      | g3    | 52:54:00:00:00:13 | default |
    When g1 gets an IPv6 address
    And g2 gets an IPv6 address
    And g3 gets no IPv6 address
    And g1 releases its IPv6 address
    And g3 gets an IPv6 address
    And g2 pings g3 over IPv6
    Then it succeeds

  Scenario: A network of the table gives addresses of both versions away
    Given a host with the virtual network
      | network | mode | address                            | DHCP                                                             |
      | default | nat  | 192.168.122.1/24, 2001:db8:1::1/64 | 192.168.122.100-192.168.122.120, 2001:db8:1::100-2001:db8:1::1ff |
    And the stations
      | guest | MAC               | at      |
      | g1    | 52:54:00:00:00:11 | default |
      | g2    | 52:54:00:00:00:12 | default |
    When g1 gets an address
    And g1 gets an IPv6 address
    And g2 gets an IPv6 address
    And g1 pings g2 over IPv6
    Then it succeeds

  Scenario: clean-traffic lets no IPv6 through, so there is neither a router nor an address
    Given a host with the virtual network
      | network | mode | address                            | DHCP                                                             |
      | default | nat  | 192.168.122.1/24, 2001:db8:1::1/64 | 192.168.122.100-192.168.122.120, 2001:db8:1::100-2001:db8:1::1ff |
    And the stations
      | guest | MAC               | at      | filter        | parameters         |
      | g1    | 52:54:00:00:00:11 | default | clean-traffic | IP=192.168.122.104 |
      | g2    | 52:54:00:00:00:12 | default |               |                    |
    When g1 gets an address
    And g1 finds no router
    And g1 gets no IPv6 address
    And g2 gets an IPv6 address
