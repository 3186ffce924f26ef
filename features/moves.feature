Feature: Guests move on a host with networks and uplinks
  A guest gets a new port of its bridge, or a new macvtap on its uplink, as after a migration; its filter awaits it there.

  Scenario: Between ports of a nat network
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And a host with the virtual network
      | network | mode | address          |
      | default | nat  | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      | filter        |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default | clean-traffic |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |               |
      | g3    | 52:54:00:00:00:13 | 192.168.122.13 | default |               |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |               |
    And everybody has announced themselves
    And the LAN knows the host
    When g1 routes a UDP datagram to L port 53 from port 5000
    Then L gets "UDP 10.0.0.2:5000 > 10.0.0.9:53 ttl 63"
    When g1 moves to another port
    And g2 sends a UDP datagram to g1
    Then only g1 and g3 receive it
    When g1 sends a UDP datagram to g2 with source address 192.168.122.99
    Then it is dropped by no-ip-spoofing
    When L routes a UDP datagram to 10.0.0.2 port 5000 from port 53
    Then g1 gets "UDP 10.0.0.9:53 > 192.168.122.11:5000 ttl 63"
    When g1 is bound to no-mac-spoofing instead
    And g1 sends a UDP datagram to g2 with source address 192.168.122.99
    Then only g2 receives it

  Scenario: A bridge that learns nothing is told where the guest is now
    Given a host with the bridge
      | bridge |
      | br0    |
    And the stations
      | guest | MAC               | address    | at  | port                             |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0 | known, not learning, not flooded |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0 | known, not learning, not flooded |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0 | not learning, not flooded        |
    When g2 sends a UDP datagram to g1
    Then only g1 receives it
    When g1 sends a UDP datagram to g3
    Then nobody receives it
    When g1 moves to another port
    And g2 sends a UDP datagram to g1
    Then only g1 receives it

  @needs-vlan-filtering
  Scenario: libvirt tells the bridge where the guest is now
    Given the network
      """xml
      <network>
        <name>known</name>
        <bridge macTableManager='libvirt' stp='off'/>
        <ip address='192.168.122.1' netmask='255.255.255.0'/>
      </network>
      """
    And the stations
      | guest | MAC               | address        | at    |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | known |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | known |
      | g3    | 52:54:00:00:00:13 | 192.168.122.13 | known |
    When g2 sends a UDP datagram to g1
    Then only g1 receives it
    When g1 moves to another port
    And g2 sends a UDP datagram to g1
    Then only g1 receives it

  Scenario Outline: To a new device on the same uplink, <mode>
    Given an uplink eth0 without address
    And the stations
      | guest | MAC               | address   | at                  | filter        |
      | g1    | 52:54:00:00:00:11 | 10.0.0.11 | eth0 in <mode> mode | clean-traffic |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN                 |               |
    And everybody has announced themselves
    When g1 sends a UDP datagram to X
    Then only X receives it
    When g1 moves to another port
    And X sends a UDP datagram to g1
    Then only g1 receives it
    When g1 sends a UDP datagram to X with source address 10.0.0.99
    Then it is dropped by no-ip-spoofing
    When g1 sends a UDP datagram to X
    Then only X receives it
    When the filter of g1 is taken away
    And g1 sends a UDP datagram to X with source address 10.0.0.99
    Then only X receives it

    Examples:
      | mode        |
      | vepa        |
      | bridge      |
      | private     |
      | passthrough |
