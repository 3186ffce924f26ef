@needs-vlan-filtering
Feature: VLANs that a network gives to its guests
  switching.md sections 2.10 and 3.2: <vlan> of an interface, a port group or a network, in this order. libvirt enters them at
  the ports of a VLAN-aware bridge from version 11.0 on, and says so of older ones in a warning; it tags nothing on bridges
  that it makes itself, and on macvtaps only what an SR-IOV device tags, both of which is a mistake in the document.

  Background:
    Given a host with the bridge
      | bridge | VLANs |
      | br0    | on    |
    And the network
      """xml
      <network>
        <name>office</name>
        <forward mode='bridge'/>
        <bridge name='br0'/>
        <vlan><tag id='10'/></vlan>
        <portgroup name='guests'><vlan><tag id='20'/></vlan></portgroup>
        <portgroup name='servers'>
          <vlan>
            <tag id='10'/>
            <tag id='20'/>
            <tag id='30' nativeMode='untagged'/>
          </vlan>
        </portgroup>
        <portgroup name='phones'>
          <vlan trunk='yes'>
            <tag id='10'/>
            <tag id='40' nativeMode='tagged'/>
          </vlan>
        </portgroup>
      </network>
      """

  Scenario: The network's VLAN is that of guests of which nothing else is said
    Given the stations
      | guest | MAC               | address    | at     |
      | a1    | 52:54:00:00:00:11 | 192.0.2.11 | office |
      | a2    | 52:54:00:00:00:12 | 192.0.2.12 | office |
      | other | 52:54:00:00:00:13 | 192.0.2.13 | br0    |
    When these frames are sent
      | from  | frame                             | reaches |
      | a1    | a frame to everybody              | a2      |
      | other | a frame to everybody              | nobody  |
      | a2    | a frame to a1                     | a1      |
      | a2    | a frame to a1 with VLAN 20        | nobody  |
      | a2    | a UDP datagram to a1 with VLAN 10 | a1      |

  Scenario: A port group's VLAN goes before the network's, and an interface's before both
    Given b1 with address 192.0.2.21 has the interface
      """xml
      <interface type='network'>
        <mac address='52:54:00:00:00:21'/>
        <source network='office' portgroup='guests'/>
      </interface>
      """
    And b2 with address 192.0.2.22 has the interface
      """xml
      <interface type='bridge'>
        <mac address='52:54:00:00:00:22'/>
        <source bridge='br0'/>
        <vlan><tag id='20'/></vlan>
      </interface>
      """
    And a1 with address 192.0.2.11 has the interface
      """xml
      <interface type='network'>
        <mac address='52:54:00:00:00:11'/>
        <source network='office' portgroup='guests'/>
        <vlan><tag id='10'/></vlan>
      </interface>
      """
    And the stations
      | guest | MAC               | address    | at     |
      | a2    | 52:54:00:00:00:12 | 192.0.2.12 | office |
    When these frames are sent
      | from | frame                | reaches |
      | b1   | a frame to everybody | b2      |
      | a1   | a frame to everybody | a2      |
      | b2   | a frame to b1        | b1      |
      | a2   | a frame to b1        | a1      |

  Scenario: A trunk keeps tags, but for those of its native VLAN
    Given s1 with address 192.0.2.31 has the interface
      """xml
      <interface type='network'>
        <mac address='52:54:00:00:00:31'/>
        <source network='office' portgroup='servers'/>
      </interface>
      """
    And the stations
      | guest | MAC               | address    | at     | VLANs |
      | a1    | 52:54:00:00:00:11 | 192.0.2.11 | office |       |
      | c1    | 52:54:00:00:00:41 | 192.0.2.41 | br0    | 30    |
    When a1 sends a frame to everybody
    Then what s1 receives has
      | field   | value |
      | vlan id | 10    |
    When c1 sends a frame to everybody
    Then what s1 receives has
      | field      | value  |
      | ether type | 0x88b6 |
    When these frames are sent
      | from | frame                             | reaches |
      | s1   | a frame to everybody              | c1      |
      | s1   | a frame to everybody with VLAN 10 | a1      |
      | s1   | a frame to everybody with VLAN 40 | nobody  |
      | s1   | a frame to a1 with VLAN 30        | c1      |
      | s1   | a frame to a1 with VLAN 10        | a1      |

  Scenario: A native VLAN whose frames are tagged takes those without a tag all the same
    Given p1 with address 192.0.2.51 has the interface
      """xml
      <interface type='network'>
        <mac address='52:54:00:00:00:51'/>
        <source network='office' portgroup='phones'/>
      </interface>
      """
    And the stations
      | guest | MAC               | address    | at  | VLANs            |
      | d1    | 52:54:00:00:00:61 | 192.0.2.61 | br0 | 40               |
      | d2    | 52:54:00:00:00:62 | 192.0.2.62 | br0 | 40 native tagged |
      | d3    | 52:54:00:00:00:63 | 192.0.2.63 | br0 | 40 untagged      |
    When p1 sends a frame to everybody
    Then only d1, d2 and d3 receive it
    And what d1 receives has
      | field      | value  |
      | ether type | 0x88b6 |
    And what d2 receives has
      | field   | value |
      | vlan id | 40    |
    When d1 sends a frame to p1
    Then what p1 receives has
      | field   | value |
      | vlan id | 40    |
    When these frames are sent
      | from | frame                      | reaches |
      | d3   | a frame to everybody       | nobody  |
      | d3   | a frame to p1 with VLAN 40 | p1      |
      | d2   | a frame to p1              | p1      |

  Scenario: Isolated ports stay apart in their VLAN
    Given a1 with address 192.0.2.11 has the interface
      """xml
      <interface type='network'>
        <mac address='52:54:00:00:00:11'/>
        <source network='office'/>
        <port isolated='yes'/>
      </interface>
      """
    And a2 with address 192.0.2.12 has the interface
      """xml
      <interface type='network'>
        <mac address='52:54:00:00:00:12'/>
        <source network='office'/>
        <port isolated='yes'/>
      </interface>
      """
    And the stations
      | guest | MAC               | address    | at     |
      | a3    | 52:54:00:00:00:13 | 192.0.2.13 | office |
    When a1 sends a frame to everybody
    Then only a3 receives it
    When a3 sends a frame to everybody
    Then only a1 and a2 receive it

  Scenario: Filters hold in a VLAN as anywhere, and a trunk's frames are tagged to them
    Given a1 with address 192.0.2.11 has the interface
      """xml
      <interface type='network'>
        <mac address='52:54:00:00:00:11'/>
        <source network='office'/>
        <filterref filter='no-mac-spoofing'/>
      </interface>
      """
    And the filter
      """xml
      <filter name='no-ping'>
        <rule action='drop' direction='in'><ip protocol='icmp'/></rule>
      </filter>
      """
    And the stations
      | guest | MAC               | address    | at     | VLANs     | filter  |
      | a2    | 52:54:00:00:00:12 | 192.0.2.12 | office |           | no-ping |
      | t1    | 52:54:00:00:00:15 | 192.0.2.15 | br0    | 10 tagged | no-ping |
    When a1 sends a frame to a2 with source MAC 52:54:00:00:00:77
    Then it is dropped by no-mac-spoofing
    When these frames are sent
      | from | frame                     | reaches |
      | a2   | a ping to a1              | a1, t1  |
      | a1   | a ping to a2              | nobody  |
      | a1   | a UDP datagram to a2      | a2      |
      | t1   | a ping to a1 with VLAN 10 | a1      |
      | a1   | a ping to t1              | t1      |
