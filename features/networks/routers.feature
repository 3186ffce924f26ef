Feature: Routers of a network's own
  What a guest hears that looks for an IPv6 router (switching.md section 7.3): the dnsmasq that gives addresses and knows names
  advertises the network's prefixes too. What it says unasked, by its own clock, is left out on every testbed.

  Background:
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1

  Scenario Outline: Without DHCPv6 guests make up their addresses, in a network that is <mode>
    Given the network
      """xml
      <network>
        <name>default</name>
        <forward mode='<mode>'/>
        <ip family='ipv6' address='2001:db8:1::1' prefix='64'/>
      </network>
      """
    And the stations
      | guest | MAC               | at      |
      | g1    | 52:54:00:00:00:11 | default |
      | g2    | 52:54:00:00:00:12 | default |
    When g1 looks for a router
    Then the router of g1 says
      | what            | value                 |
      | managed         | no                    |
      | other           | no                    |
      | lifetime        | 1800                  |
      | hop limit       | 64                    |
      | prefixes        | 2001:db8:1::/64       |
      | on-link         | yes                   |
      | autonomous      | yes                   |
      | valid           | for ever              |
      | preferred       | for ever              |
      | MTU             | 1500                  |
      | MAC             | 52:54:00:00:00:fe     |
      | name server     | fe80::5054:ff:fe00:fe |
      | name server for | for ever              |
    When g1 gets an IPv6 address
    And g2 gets an IPv6 address
    And g1 pings g2 over IPv6
    Then it succeeds

    Examples:
      | mode  |
      | nat   |
      | route |
      | open  |

  Scenario: Who has no address yet makes everybody hear the answer
    Given the network
      """xml
      <network>
        <name>default</name>
        <forward mode='nat'/>
        <ip family='ipv6' address='2001:db8:1::1' prefix='64'/>
      </network>
      """
    And the stations
      | guest | MAC               | at      |
      | g1    | 52:54:00:00:00:11 | default |
      | g2    | 52:54:00:00:00:12 | default |
    When g1 looks for a router before it has an address
    Then the router of g2 says
      | what     | value           |
      | prefixes | 2001:db8:1::/64 |
    When g2 looks for a router before it has an address
    Then the router of g1 says
      | what     | value           |
      | prefixes | 2001:db8:1::/64 |

  Scenario: An isolated network has prefixes and no way out
    Given the network
      """xml
      <network>
        <name>lab</name>
        <mtu size='1400'/>
        <ip address='192.168.122.1' netmask='255.255.255.0'/>
        <ip family='ipv6' address='2001:db8:1::1' prefix='64'/>
        <ip family='ipv6' address='fd00:0:0:1::1' prefix='64'/>
        <ip family='ipv6' address='2001:db8:2::1' prefix='80'/>
      </network>
      """
    And the stations
      | guest | MAC               | at  |
      | g1    | 52:54:00:00:00:11 | lab |
      | g2    | 52:54:00:00:00:12 | lab |
    When g1 looks for a router
    Then the router of g1 says
      | what     | value                            |
      | lifetime | 0                                |
      | prefixes | fd00:0:0:1::/64, 2001:db8:1::/64 |
      | MTU      | 1400                             |
    When g2 gets an IPv6 address
    And g1 gets an IPv6 address
    And g1 pings g2 over IPv6
    Then it succeeds

  Scenario: Without a name server no name server is advertised
    Given the network
      """xml
      <network>
        <name>quiet</name>
        <forward mode='nat'/>
        <dns enable='no'/>
        <ip address='192.168.122.1' netmask='255.255.255.0'>
          <dhcp><range start='192.168.122.100' end='192.168.122.120'/></dhcp>
        </ip>
        <ip family='ipv6' address='2001:db8:1::1' prefix='64'/>
      </network>
      """
    And the stations
      | guest | MAC               | at    |
      | g1    | 52:54:00:00:00:11 | quiet |
    When g1 looks for a router
    Then the router of g1 says
      | what            | value           |
      | prefixes        | 2001:db8:1::/64 |
      | name server     |                 |
      | name server for |                 |
    When g1 gets an address
    And g1 gets an IPv6 address

  Scenario: Nobody answers where nothing is advertised
    Given the network
      """xml
      <network>
        <name>old</name>
        <forward mode='nat'/>
        <ip address='192.168.122.1' netmask='255.255.255.0'/>
      </network>
      """
    And the stations
      | guest | MAC               | at  |
      | g1    | 52:54:00:00:00:11 | old |
    When g1 finds no router
    And g1 gets no IPv6 address
