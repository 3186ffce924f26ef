Feature: Layer-3 rules on macvtap
  No bridge, no IP stack and no connection tracking of the host ever sees these frames: what needs no memory holds at the
  device itself, and what needs one is refused on every testbed in the same words (switching.md section 9.2).

  Background:
    Given an uplink eth0 without address
    And the filter
      """xml
      <filter name='web'>
        <rule action='accept' direction='in' priority='100' statematch='false'><tcp dstportstart='80'/></rule>
        <rule action='accept' direction='out' priority='100' statematch='false'><tcp srcportstart='80'/></rule>
        <rule action='drop' direction='out' priority='200' statematch='false'><udp dstportstart='53'/></rule>
        <rule action='drop' direction='in' priority='900' statematch='false'><tcp/></rule>
        <rule action='reject' direction='in' priority='900' statematch='false'><udp dstportstart='161'/></rule>
      </filter>
      """

  Scenario Outline: Ports are told apart, and a rejection is silent, <mode>
    Given the stations
      | guest | MAC               | address   | at                  | filter |
      | g1    | 52:54:00:00:00:11 | 10.0.0.11 | eth0 in <mode> mode | web    |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN                 |        |
    And everybody has announced themselves
    When these frames are sent
      | from | frame                                    | reaches |
      | X    | a TCP SYN to g1 port 80                  | g1      |
      | X    | a TCP SYN to g1 port 22                  | nobody  |
      | X    | a UDP datagram to g1 port 161            | nobody  |
      | X    | a UDP datagram to g1 port 162            | g1      |
      | X    | an IPv6 TCP SYN to g1 port 22            | g1      |
      | X    | a TCP SYN to g1 port 22 with VLAN 5      | g1      |
      | g1   | a TCP SYN-ACK to X port 4000 from port 80 | X      |
      | g1   | a UDP datagram to X port 53              | nobody  |
      | g1   | a UDP datagram to X port 54              | X       |
      | g1   | an ARP request for X                     | X       |

    Examples:
      | mode        |
      | vepa        |
      | bridge      |
      | private     |
      | passthrough |

  Scenario: Siblings in bridge mode meet each other's rules
    Given the stations
      | guest | MAC               | address   | at                  | filter |
      | b1    | 52:54:00:00:00:13 | 10.0.0.13 | eth0 in bridge mode |        |
      | b2    | 52:54:00:00:00:14 | 10.0.0.14 | eth0 in bridge mode | web    |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN                 |        |
    And everybody has announced themselves
    When b1 sends a TCP SYN to b2 port 80
    Then only b2 receives it
    When b1 sends a TCP SYN to b2 port 22
    Then nobody receives it
    When b2 sends a UDP datagram to b1 port 53
    Then nobody receives it
