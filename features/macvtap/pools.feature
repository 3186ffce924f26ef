Feature: Networks whose guests share devices
  Networks without a bridge of their own (switching.md section 3.2): the device with the fewest guests is taken, and in
  passthrough mode each serves one guest.

  Background:
    Given an uplink eth0 without address
    And an uplink eth1 without address

  Scenario: Guests are spread over the devices of a passthrough network
    Given the network
      """xml
      <network>
        <name>own</name>
        <forward mode='passthrough'><interface dev='eth0'/><interface dev='eth1'/></forward>
      </network>
      """
    And the stations
      | guest | MAC               | address   | at  |
      | o1    | 52:54:00:00:00:11 | 10.0.0.11 | own |
      | o2    | 52:54:00:00:00:12 | 10.0.0.12 | own |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN |
    And everybody has announced themselves
    When X sends a frame to o1
    Then only o1 receives it
    When o1 sends a frame to o2
    Then only o2 receives it

  Scenario Outline: Interfaces of a network in <mode> mode, with a filter
    Given the network
      """xml
      <network>
        <name>rack</name>
        <forward mode='<mode>'><interface dev='eth0'/></forward>
        <portgroup name='money'/>
      </network>
      """
    And g1 with address 10.0.0.11 has the interface
      """xml
      <interface type='network'>
        <mac address='52:54:00:00:00:11'/>
        <source network='rack' portgroup='money'/>
        <filterref filter='no-mac-spoofing'/>
      </interface>
      """
    And g2 with address 10.0.0.12 has the interface
      """xml
      <interface type='direct'>
        <mac address='52:54:00:00:00:12'/>
        <source dev='eth0' mode='<mode>'/>
      </interface>
      """
    And the stations
      | guest | MAC               | address   | at  |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN |
    And everybody has announced themselves
    When g1 sends a frame to X
    Then only X receives it
    When g1 sends a frame to X with source MAC of g2
    Then it is dropped by no-mac-spoofing
    When g1 sends a frame to g2
    Then <siblings>

    Examples:
      | mode    | siblings             |
      | bridge  | only g2 receives it  |
      | vepa    | nobody receives it   |
      | private | nobody receives it   |
