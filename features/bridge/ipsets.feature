@needs-ipsets
Feature: Filters that ask the kernel's ipsets
  A set must be there before the filter that names it (nwfilter.md section 4.6.6). nft cannot ask one, and abstains.

  Background:
    Given the ipsets
      | ipset    | members                  |
      | friends  | 10.0.0.1, 10.0.0.128/25  |
      | friends6 | 2001:db8::1              |

  Scenario Outline: <what>, <set> by <flags>
    Given the filter
      """xml
      <filter name='only-friends'>
        <rule action='accept' direction='out'><all<six> ipset='<set>' ipsetflags='<flags>'/></rule>
        <rule action='drop' direction='inout'><all<six>/></rule>
      </filter>
      """
    And a bridge with guests
      | guest | MAC               | address               | filter       |
      | one   | 52:54:00:00:00:01 | 10.0.0.1, 2001:db8::1 | only-friends |
      | two   | 52:54:00:00:00:02 | 10.0.0.2, 2001:db8::2 |              |
    When one sends <frame> to two
    Then <reached> it

    Examples:
      | what                                       | six   | set      | flags   | frame          | reached           |
      | the source is a member                     |       | friends  | src     | a UDP datagram | only two receives |
      | the target is none                         |       | friends  | dst     | a UDP datagram | nobody receives   |
      | the set has one dimension, the rest is idle |       | friends  | src,dst | a UDP datagram | only two receives |
      | IPv6, the source is a member               | -ipv6 | friends6 | src     | an IPv6 ping   | only two receives |
      | IPv6, the target is none                   | -ipv6 | friends6 | dst     | an IPv6 ping   | nobody receives   |

  Scenario: What comes in answer looks the addresses up the other way round
    Given the filter
      """xml
      <filter name='for-friends'>
        <rule action='accept' direction='out'><all ipset='friends' ipsetflags='src'/></rule>
        <rule action='drop' direction='inout'><all/></rule>
      </filter>
      """
    And a bridge with guests
      | guest | MAC               | address  | filter      |
      | one   | 52:54:00:00:00:01 | 10.0.0.1 | for-friends |
      | two   | 52:54:00:00:00:02 | 10.0.0.2 |             |
    When one sends a ping to two
    Then only two receives it
    When two sends a ping reply to one
    Then only one receives it
    When two sends a UDP datagram to one
    Then nobody receives it
