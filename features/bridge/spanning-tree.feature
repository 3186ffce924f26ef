Feature: A spanning tree keeps new ports silent
  switching.md section 2.9. Ports that are there from the beginning have long been forwarding; a guest that moves gets a
  new port. The kernel takes two seconds for each step, and no less, whatever the network's delay says.

  @checklist-7
  Scenario: libvirt's default network is silent towards a new port, then learns from it, and forwards at last
    Given the network
      """xml
      <network>
        <name>default</name>
        <bridge stp='on' delay='0'/>
        <ip address='192.168.122.1' netmask='255.255.255.0'/>
      </network>
      """
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | g3    | 52:54:00:00:00:13 | 192.168.122.13 | default |
    When g1 sends a UDP datagram to g2
    Then only g2 and g3 receive it
    When g1 moves to another port
    And g1 sends a frame to everybody
    Then nobody receives it
    When g2 sends a frame to everybody
    Then only g3 receives it
    When g2 sends a frame to g1
    Then only g3 receives it
    When the port of g1 learns
    And g1 sends a frame to everybody
    Then nobody receives it
    When g2 sends a frame to g1
    Then nobody receives it
    When the port of g1 forwards
    And g2 sends a frame to g1
    Then only g1 receives it
    When g1 sends a frame to everybody
    Then only g2 and g3 receive it

  Scenario: With the tree off a new port forwards at once
    Given a host with the bridge
      | bridge |
      | br0    |
    And the stations
      | guest | MAC               | address    | at  |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0 |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0 |
    When g1 sends a frame to everybody
    And g1 moves to another port
    And g1 sends a frame to everybody
    Then only g2 receives it

  Scenario: A bridge with the tree on says hello to its guests, and keeps their messages to itself
    Given a host with the bridge
      | bridge | stp |
      | br0    | on  |
    And the stations
      | guest | MAC               | address    | at              |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |
      | host  |                   |            | host behind br0 |
    When g1 sends a frame to g2 with destination MAC 01:80:c2:00:00:00
    Then nobody receives it
    When g1 hears the bridge say hello
    Then g1 receives 1 frame
