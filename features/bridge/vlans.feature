@needs-vlan-filtering
Feature: VLAN-aware bridges
  switching.md section 2.10: with vlan_filtering, frames stay in the VLAN in which they came. Every port is in VLAN 1 unless
  it is told otherwise, and so is the host. Where the kernel is built without it, only the simulator runs.

  Background:
    Given a host with the bridge
      | bridge | VLANs |
      | br0    | on    |
    And bridge netfilter is off

  Scenario: Access ports of different VLANs do not hear each other
    Given the stations
      | guest | MAC               | address    | at              | VLANs |
      | a1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             | 10    |
      | a2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             | 10    |
      | b1    | 52:54:00:00:00:13 | 192.0.2.13 | br0             | 20    |
      | d1    | 52:54:00:00:00:14 | 192.0.2.14 | br0             |       |
      | host  |                   |            | host behind br0 |       |
    When these frames are sent
      | from | frame                | reaches |
      | a1   | a frame to everybody | a2      |
      | b1   | a frame to everybody | nobody  |
      | a2   | a frame to a1        | a1      |
      | b1   | a frame to a1        | nobody  |
      | d1   | a frame to everybody | host    |
      | a1   | a frame to host      | a2      |
      | d1   | a frame to host      | host    |
      | host | a frame to everybody | d1      |

  Scenario: A trunk carries tags, an access port takes them off
    Given the stations
      | guest | MAC               | address    | at  | VLANs                |
      | a1    | 52:54:00:00:00:11 | 192.0.2.11 | br0 | 10                   |
      | b1    | 52:54:00:00:00:13 | 192.0.2.13 | br0 | 20                   |
      | t1    | 52:54:00:00:00:15 | 192.0.2.15 | br0 | 10 tagged, 20 tagged |
      | t2    | 52:54:00:00:00:16 | 192.0.2.16 | br0 | 30, 10 tagged        |
    When a1 sends a frame to everybody
    Then what t1 receives has
      | field   | value |
      | vlan id | 10    |
    And what t2 receives has
      | field   | value |
      | vlan id | 10    |
    And b1 receives nothing
    When t1 sends a frame to a1 with VLAN 10
    Then what a1 receives has
      | field      | value  |
      | ether type | 0x88b6 |
    When t1 sends a frame to everybody with VLAN 20
    Then b1 receives 1 frame
    And t2 receives nothing
    When t1 sends a frame to t2 with VLAN 10
    Then t2 receives it

  Scenario: Frames of VLANs that a port does not have are dropped, and teach nothing
    Given the stations
      | guest | MAC               | address    | at  | VLANs     |
      | a1    | 52:54:00:00:00:11 | 192.0.2.11 | br0 | 10        |
      | a2    | 52:54:00:00:00:12 | 192.0.2.12 | br0 | 10        |
      | a3    | 52:54:00:00:00:13 | 192.0.2.13 | br0 | 10        |
      | t1    | 52:54:00:00:00:15 | 192.0.2.15 | br0 | 20 tagged |
    When a1 sends a frame to everybody with VLAN 20
    Then nobody receives it
    When a2 sends a frame to a1
    Then only a1 and a3 receive it
    When t1 sends a frame to everybody
    Then nobody receives it
    When a1 sends a frame to a2 with VLAN 10
    Then a2 receives 1 frame
    When a1 sends a frame to a2 with VLAN 0
    Then what a2 receives has
      | field      | value  |
      | ether type | 0x88b6 |

  Scenario: One address may be behind one port in one VLAN and behind another in the next
    Given the stations
      | guest | MAC               | address    | at  | VLANs |
      | a1    | 52:54:00:00:00:11 | 192.0.2.11 | br0 | 10    |
      | a2    | 52:54:00:00:00:12 | 192.0.2.12 | br0 | 10    |
      | a3    | 52:54:00:00:00:13 | 192.0.2.13 | br0 | 10    |
      | b1    | 52:54:00:00:00:21 | 192.0.2.21 | br0 | 20    |
      | b2    | 52:54:00:00:00:22 | 192.0.2.22 | br0 | 20    |
    When a1 sends a frame to everybody with source MAC 52:54:00:00:00:77
    And b1 sends a frame to everybody with source MAC 52:54:00:00:00:77
    And a2 sends a frame to 52:54:00:00:00:77
    Then only a1 receives it
    When b2 sends a frame to 52:54:00:00:00:77
    Then only b1 receives it
