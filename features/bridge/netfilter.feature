Feature: What bridge netfilter and snooping do to frames that look harmless
  Points 2 to 5 of the checklist in switching.md section 11.

  @checklist-3
  Scenario: Without bridge netfilter padding stays
    Given a host with the bridge
      | bridge |
      | br0    |
    And bridge netfilter is off
    And the stations
      | guest | MAC               | address    | at  |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0 |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0 |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0 |
    And everybody has announced themselves
    When g1 sends the bytes
      """
      525400000012 525400000011 0800 4500002000000000 4011f6b5c000020b c000020c13880007 000c000061626364 0000000000000000 000000000000
      """
    Then only g2 receives it

  @checklist-3
  Scenario: With it padding is cut off
    Given a host with the bridge
      | bridge |
      | br0    |
    And bridge netfilter is on
    And the stations
      | guest | MAC               | address    | at  |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0 |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0 |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0 |
    And everybody has announced themselves
    When g1 sends the bytes
      """
      525400000012 525400000011 0800 4500002000000000 4011f6b5c000020b c000020c13880007 000c000061626364 0000000000000000 000000000000
      """
    Then g2 gets "UDP 192.0.2.11:5000 > 192.0.2.12:7 ttl 64"
    And g2 does not receive it

  @checklist-4
  Scenario: A new host shows bridged packets to its IP hooks, and loses malformed ones, without a rule anywhere
    Given a host with the bridge
      | bridge |
      | br0    |
    And the host's settings are as a new kernel has them
    And the stations
      | guest | MAC               | address    | at  |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0 |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0 |
    And everybody has announced themselves
    When g1 sends the bytes
      """
      525400000012 525400000011 0800 4500002000000000 4011f6b4c000020b c000020c13880007 000c000061626364
      """
    Then nobody receives it
    When g1 sends a UDP datagram to g2
    Then only g2 receives it

  @checklist-4
  Scenario Outline: A packet whose header checksum is wrong, bridge netfilter <state>
    Given a host with the bridge
      | bridge |
      | br0    |
    And bridge netfilter is <state>
    And the stations
      | guest | MAC               | address    | at  |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0 |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0 |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0 |
    And everybody has announced themselves
    When g1 sends the bytes
      """
      525400000012 525400000011 0800 4500002000000000 4011f6b4c000020b c000020c13880007 000c000061626364
      """
    Then <outcome>

    Examples:
      | state | outcome               |
      | off   | only g2 receives it   |
      | on    | nobody receives it    |

  @checklist-2
  Scenario Outline: A frame dropped on its way in teaches nothing, one dropped on its way out does, <direction>
    Given the filter
      """xml
      <filter name='no-ipv4'>
        <rule action='drop' direction='<direction>'><ip/></rule>
      </filter>
      """
    And a host with the bridge
      | bridge |
      | br0    |
    And the stations
      | guest | MAC               | address    | at  | filter     |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0 | <of g1>    |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0 | <of g2>    |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0 |            |
    When g1 sends a UDP datagram to g2
    And g3 sends a frame to g1
    Then only <who>

    Examples:
      | direction | of g1   | of g2   | who                |
      | out       | no-ipv4 |         | g1 and g2 receive it |
      | in        |         | no-ipv4 | g1 receives it     |

  @checklist-2
  Scenario: A packet dropped between its ports, by the receiver's IP filter, teaches the bridge its sender too
    Given the filter
      """xml
      <filter name='no-udp'>
        <rule action='drop' direction='in'><udp/></rule>
      </filter>
      """
    And a host with the bridge
      | bridge |
      | br0    |
    And the stations
      | guest | MAC               | address    | at  | filter |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0 |        |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0 | no-udp |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0 |        |
    When g2 sends a frame to everybody
    And g1 sends a UDP datagram to g2
    Then nobody receives it
    When g3 sends a frame to g1
    Then only g1 receives it

  Scenario Outline: Bridge netfilter reads hop-by-hop options: <what>
    Given a host with the bridge
      | bridge |
      | br0    |
    And bridge netfilter is on
    And the stations
      | guest | MAC               | address     | at  |
      | g1    | 52:54:00:00:00:11 | 2001:db8::1 | br0 |
      | g2    | 52:54:00:00:00:12 | 2001:db8::2 | br0 |
    When g1 sends the bytes
      """
      525400000012 525400000011 86dd 60000000 <payload> 0040
      20010db8000000000000000000000001 20010db8000000000000000000000002
      <options> 0000000000000000
      """
    Then <who> receives it

    Examples:
      | what                                        | payload | options          | who     |
      | PadN fills the header                       | 0010    | 3b00010400000000 | only g2 |
      | Pad1 six times                              | 0010    | 3b00000000000000 | only g2 |
      | an option nobody knows                      | 0010    | 3b001e0400000000 | only g2 |
      | a router alert, then Pad1                   | 0010    | 3b00050200000000 | only g2 |
      | PadN ends behind the header                 | 0010    | 3b00010500000000 | nobody  |
      | an option that nobody knows ends behind it  | 0010    | 3b001e0500000000 | nobody  |
      | a type without its length                   | 0010    | 3b00010300000001 | nobody  |
      | the header is longer than the payload       | 0008    | 3b01010c00000000 | nobody  |
      | the header is longer than the frame         | 0010    | 3b02011400000000 | nobody  |
      | a jumbo option beside a payload length      | 0010    | 3b00c20400010000 | nobody  |

    @since-linux-6.4
    Examples: what older kernels forward
      | what                                        | payload | options          | who     |
      | no payload length and no jumbo option       | 0000    | 3b00010400000000 | nobody  |
      | a jumbo option that an ordinary length says | 0000    | 3b00c20400000010 | nobody  |
      | a jumbo option longer than the frame        | 0000    | 3b00c20400010000 | nobody  |

  @checklist-5
  Scenario: With snooping on, a malformed packet to a group is dropped, bridge netfilter or not
    Given a host with the bridge
      | bridge | multicast snooping |
      | br0    | on                 |
    And bridge netfilter is off
    And the stations
      | guest | MAC               | address    | at  |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0 |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0 |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0 |
    And everybody has announced themselves
    When g1 sends the bytes
      """
      01005e010101 525400000011 0800 4500002000000000 4011c8bec000020b ef01010113880007 000c000061626364
      """
    Then nobody receives it
    When g1 sends the bytes
      """
      01005e010101 525400000011 0800 4500002000000000 4011c8bfc000020b ef01010113880007 000c000061626364
      """
    Then only g2 and g3 receive it

  Scenario: With snooping off it is flooded like any other
    Given a host with the bridge
      | bridge |
      | br0    |
    And bridge netfilter is off
    And the stations
      | guest | MAC               | address    | at  |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0 |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0 |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0 |
    And everybody has announced themselves
    When g1 sends the bytes
      """
      01005e010101 525400000011 0800 4500002000000000 4011c8bec000020b ef01010113880007 000c000061626364
      """
    Then only g2 and g3 receive it

  Scenario: A report is noted and flooded while no querier is known, and a wrong one dropped
    Given a host with the bridge
      | bridge | multicast snooping |
      | br0    | on                 |
    And bridge netfilter is off
    And the stations
      | guest | MAC               | address    | at  |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0 |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0 |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0 |
    And everybody has announced themselves
    When g1 sends the bytes
      """
      01005e010101 525400000011 0800 4500001c00000000 4002c8d2c000020b ef0101011600f9fc ef010101
      """
    Then only g2 and g3 receive it
    When g1 sends the bytes
      """
      01005e010101 525400000011 0800 4500001c00000000 4002c8d2c000020b ef0101011600f9fd ef010101
      """
    Then nobody receives it
