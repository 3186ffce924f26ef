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
