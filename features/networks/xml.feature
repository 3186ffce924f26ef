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
