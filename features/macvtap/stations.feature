@simulator
Feature: Stations that the external switch must let in
  802.1Qbg and 802.1Qbh (switching.md section 6). Only the simulator shows it: Linux has no software switch that associates
  stations, and the kernel testbed refuses such a guest with these words. A guest that is not let in gets no traffic; the
  path between siblings in bridge mode, which the switch never sees, stays. The switch has a station's frames in a VLAN: that
  of the device below it (802.1Qbg) or that of its profile (802.1Qbh). They carry its tag on the LAN, and none at the guest.

  Background:
    Given an uplink eth0.2 without address
    And the LAN's switch knows the station types
      | managerid | typeid  | typeidversion |
      | 11        | 1193047 | 2             |
    And the LAN's switch has the port profiles
      | profile | VLAN |
      | finance |      |
      | lab     | 30   |
      | store   | 31   |

  Scenario Outline: A station of type <typeid> is <outcome>
    Given g1 with address 10.0.0.11 has the interface
      """xml
      <interface type='direct'>
        <mac address='52:54:00:00:00:11'/>
        <source dev='eth0.2' mode='vepa'/>
        <virtualport type='802.1Qbg'>
          <parameters managerid='<managerid>' typeid='<typeid>' typeidversion='2' instanceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'/>
        </virtualport>
      </interface>
      """
    And the stations
      | guest | MAC               | address   | at  |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN |
      | Y     | 52:54:00:00:00:92 | 10.0.0.92 | LAN |
    When these frames are sent
      | from | frame                            | reaches       |
      | g1   | a frame to everybody             | <on the wire> |
      | X    | a frame to everybody with VLAN 2 | <from X>      |
      | X    | a frame to g1 with VLAN 2        | <to g1>       |

    Examples:
      | managerid | typeid  | outcome  | on the wire | from X | to g1 |
      | 11        | 1193047 | let in   | X, Y        | g1, Y  | g1    |
      | 11        | 7       | shut out | nobody      | Y      | Y     |
      | 0         | 1193047 | shut out | nobody      | Y      | Y     |

  Scenario: A station's frames are in its VLAN on the LAN, and without a tag at the guest
    Given g1 with address 10.0.0.11 has the interface
      """xml
      <interface type='direct'>
        <mac address='52:54:00:00:00:11'/>
        <source dev='eth0.2' mode='vepa'/>
        <virtualport type='802.1Qbg'><parameters managerid='11' typeid='1193047' typeidversion='2'/></virtualport>
      </interface>
      """
    And g2 with address 10.0.0.12 has the interface
      """xml
      <interface type='direct'>
        <mac address='52:54:00:00:00:12'/>
        <source dev='eth0.2' mode='vepa'/>
        <virtualport type='802.1Qbh'><parameters profileid='lab'/></virtualport>
      </interface>
      """
    And the stations
      | guest | MAC               | address   | at                  |
      | plain | 52:54:00:00:00:13 | 10.0.0.13 | eth0.2 in vepa mode |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN                 |
    When g1 sends a frame to X
    Then what X receives has
      | field      | value  |
      | vlan id    | 2      |
      | ether type | 0x8100 |
    When g2 sends a frame to X with VLAN 5
    Then what X receives has
      | field   | value |
      | vlan id | 30    |
    When plain sends a frame to X
    Then what X receives has
      | field      | value  |
      | ether type | 0x88b6 |
    When X sends a frame to g1 with VLAN 2
    Then what g1 receives has
      | field      | value  |
      | ether type | 0x88b6 |
    When these frames are sent
      | from | frame                             | reaches   |
      | X    | a frame to everybody              | plain     |
      | X    | a frame to everybody with VLAN 2  | g1, plain |
      | X    | a frame to everybody with VLAN 30 | g2, plain |
      | X    | a frame to g1                     | nobody    |
      | X    | a frame to g1 with VLAN 30        | nobody    |

  Scenario Outline: What a switch that reflects sends back is in the sender's VLAN, and a sibling of the profile <profile> hears it, or does not
    Given a LAN whose switch reflects frames
    And g1 with address 10.0.0.11 has the interface
      """xml
      <interface type='direct'>
        <mac address='52:54:00:00:00:11'/>
        <source dev='eth0.2' mode='vepa'/>
        <virtualport type='802.1Qbh'><parameters profileid='lab'/></virtualport>
      </interface>
      """
    And g2 with address 10.0.0.12 has the interface
      """xml
      <interface type='direct'>
        <mac address='52:54:00:00:00:12'/>
        <source dev='eth0.2' mode='vepa'/>
        <virtualport type='802.1Qbh'><parameters profileid='<profile>'/></virtualport>
      </interface>
      """
    When g1 sends a frame to everybody
    Then <hears it> receives it
    When g1 sends a frame to g2
    Then <hears it> receives it

    Examples:
      | profile | hears it |
      | lab     | only g2  |
      | store   | nobody   |

  Scenario: Without a VLAN device below it a station is shut out
    Given an uplink eth0 without address
    And g1 with address 10.0.0.11 has the interface
      """xml
      <interface type='direct'>
        <mac address='52:54:00:00:00:11'/>
        <source dev='eth0' mode='vepa'/>
        <virtualport type='802.1Qbg'>
          <parameters managerid='11' typeid='1193047' typeidversion='2'/>
        </virtualport>
      </interface>
      """
    And the stations
      | guest | MAC               | at  |
      | X     | 52:54:00:00:00:91 | LAN |
    When g1 sends a frame to X
    Then nobody receives it

  Scenario: A network's virtual port is completed by its port groups and by interfaces
    Given the network
      """xml
      <network>
        <name>rack</name>
        <forward mode='bridge'><interface dev='eth0.2'/></forward>
        <portgroup name='money' default='yes'><virtualport type='802.1Qbh'><parameters profileid='finance'/></virtualport></portgroup>
        <portgroup name='sales'><virtualport type='802.1Qbh'><parameters profileid='sales'/></virtualport></portgroup>
      </network>
      """
    And the stations
      | guest | MAC               | address   | at   |
      | m1    | 52:54:00:00:00:11 | 10.0.0.11 | rack |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN  |
    And s1 with address 10.0.0.12 has the interface
      """xml
      <interface type='network'>
        <mac address='52:54:00:00:00:12'/>
        <source network='rack' portgroup='sales'/>
        <filterref filter='no-mac-spoofing'/>
      </interface>
      """
    When m1 sends a frame to X
    Then only X receives it
    When s1 sends a frame to X
    Then nobody receives it
    When s1 sends a frame to m1
    Then only m1 receives it
    When s1 sends a frame to m1 with source MAC of X
    Then it is dropped by no-mac-spoofing
