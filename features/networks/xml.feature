Feature: Networks as their XML says
  Scenario: A nat network restricted to one device and a range of ports
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And the network
      """xml
      <network>
        <name>default</name>
        <forward mode='nat' dev='eth0'>
          <nat><port start='6000' end='6999'/></nat>
        </forward>
        <bridge name='virbr7' stp='off'/>
        <mac address='52:54:00:0a:cd:21'/>
        <ip address='192.168.122.1' netmask='255.255.255.0'/>
      </network>
      """
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
    And everybody has announced themselves
    When g1 routes a UDP datagram to L port 53 from port 6500
    Then L gets "UDP 10.0.0.2:6500 > 10.0.0.9:53 ttl 63"
    When g1 sends a UDP datagram to 239.1.1.1 port 7 from port 6501 with destination MAC 01:00:5e:01:01:01
    Then g2 gets "UDP 192.168.122.11:6501 > 239.1.1.1:7 ttl 64"

  Scenario: An isolated network whose ports are isolated too
    Given the network
      """xml
      <network>
        <name>cells</name>
        <port isolated='yes'/>
        <ip address='192.168.100.1' prefix='24'/>
      </network>
      """
    And the stations
      | guest | MAC               | address        | at    |
      | g1    | 52:54:00:00:00:11 | 192.168.100.11 | cells |
      | g2    | 52:54:00:00:00:12 | 192.168.100.12 | cells |
    When g1 sends a UDP datagram to g2
    Then nobody receives it
    When g1 routes a ping to 192.168.100.1
    Then g1 gets "ICMP 0/0 192.168.100.1 > 192.168.100.11 ttl 64"

  Scenario: Two addresses make two subnets, and both are translated, towards each other too
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And the network
      """xml
      <network>
        <name>twice</name>
        <forward/>
        <ip address='192.168.122.1' prefix='24'/>
        <ip address='192.168.130.1' prefix='24'/>
      </network>
      """
    And the stations
      | guest | MAC               | address        | at    |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | twice |
      | g2    | 52:54:00:00:00:12 | 192.168.130.12 | twice |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN   |
    And everybody has announced themselves
    When g1 routes a UDP datagram to L port 53 from port 5000
    Then L gets "UDP 10.0.0.2:5000 > 10.0.0.9:53 ttl 63"
    When g2 routes a UDP datagram to L port 53 from port 5001
    Then L gets "UDP 10.0.0.2:5001 > 10.0.0.9:53 ttl 63"
    When g1 routes a UDP datagram to g2 port 7 from port 5002
    Then g2 gets "UDP 192.168.130.1:5002 > 192.168.130.12:7 ttl 63"

  Scenario: A nat network that hides behind an address of its own
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And the network
      """xml
      <network>
        <name>hidden</name>
        <forward mode='nat'>
          <nat><address start='10.0.0.66' end='10.0.0.66'/><port start='6000' end='6999'/></nat>
        </forward>
        <ip address='192.168.122.1' prefix='24'/>
      </network>
      """
    And the stations
      | guest | MAC               | address        | at     |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | hidden |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN    |
    And everybody has announced themselves
    When g1 routes a UDP datagram to L port 53 from port 6500
    Then L gets "UDP 10.0.0.66:6500 > 10.0.0.9:53 ttl 63"
    When g1 routes a ping to L with identifier 7
    Then L gets "ICMP 8/0 10.0.0.66 > 10.0.0.9 ttl 63"
    When L routes a UDP datagram to 10.0.0.66 port 6500 from port 53
    Then g1 gets "UDP 10.0.0.9:53 > 192.168.122.11:6500 ttl 63"

  Scenario: A network whose frames may be large
    Given the network
      """xml
      <network>
        <name>jumbo</name>
        <mtu size='9000'/>
        <ip address='192.168.122.1' prefix='24'/>
      </network>
      """
    And the stations
      | guest | MAC               | address        | at    |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | jumbo |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | jumbo |
    And everybody has announced themselves
    When g1 sends a UDP datagram to g2 with payload length 8972
    Then g2 gets it unchanged
    When g1 broadcasts 9018 bytes
    Then g2 receives it
    When g1 broadcasts 9019 bytes
    Then nobody receives it

  Scenario: A subnet behind a guest
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And the network
      """xml
      <network>
        <name>routed</name>
        <forward mode='open'/>
        <ip address='192.168.122.1' prefix='24'/>
        <ip family='ipv6' address='2001:db8:1::1' prefix='64'/>
        <route address='172.16.0.0' prefix='12' gateway='192.168.122.11'/>
        <route family='ipv6' address='2001:db8:77::' prefix='48' gateway='2001:db8:1::11'/>
      </network>
      """
    And the uplink eth0 has the address 2001:db8:f::2/64 and the gateway 2001:db8:f::1 too
    And the stations
      | guest | MAC               | address                        | at     |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | routed |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | routed |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN    |
    And everybody has announced themselves
    And the LAN knows the host
    When L routes a UDP datagram to 172.16.5.6 port 7 from port 5000
    Then g1 gets "UDP 10.0.0.9:5000 > 172.16.5.6:7 ttl 63"
    And nobody else gets anything
    When L routes a UDP datagram to 2001:db8:77::6 port 7 from port 5000
    Then g1 gets "UDP [2001:db8:f::9]:5000 > [2001:db8:77::6]:7 hops 63"
    And nobody else gets anything

  @needs-vlan-filtering
  Scenario: A bridge whose stations libvirt enters neither learns nor floods, and is VLAN-aware
    Given the network
      """xml
      <network>
        <name>known</name>
        <bridge name='virbr5' stp='off' macTableManager='libvirt'/>
        <ip address='192.168.122.1' prefix='24'/>
      </network>
      """
    And the stations
      | guest | MAC               | address        | at    |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | known |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | known |
      | g3    | 52:54:00:00:00:13 | 192.168.122.13 | known |
    When g1 sends a UDP datagram to g2
    Then only g2 receives it
    When g1 sends a UDP datagram to g2 with destination MAC 52:54:00:00:00:77
    Then nobody receives it
    When g1 sends a gratuitous ARP with source MAC 52:54:00:00:00:77
    Then everybody else receives it
    When g2 sends a UDP datagram to g1 with destination MAC 52:54:00:00:00:77
    Then nobody receives it
    When g1 sends a frame to g2 with VLAN 5
    Then nobody receives it
    When g1 sends a frame to g2 with VLAN 1
    Then what g2 receives has
      | field      | value  |
      | ether type | 0x88b6 |

  Scenario: IPv6 rules in a network without an IPv6 address keep IPv6 from leaving it, and not from neighbours
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And the network
      """xml
      <network ipv6='yes'>
        <name>closed</name>
        <forward mode='route'/>
        <ip address='192.168.122.1' prefix='24'/>
      </network>
      """
    And the stations
      | guest | MAC               | address        | at     |
      | g1    | 52:54:00:00:00:11 | 2001:db8:1::11 | closed |
      | g2    | 52:54:00:00:00:12 | 2001:db8:1::12 | closed |
    When g1 sends an IPv6 UDP datagram to g2 port 7
    Then g2 gets it unchanged
    When g1 routes an IPv6 UDP datagram to 2001:db8:f::9 port 7
    Then nothing arrives
