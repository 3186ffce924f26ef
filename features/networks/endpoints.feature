Feature: What a host says to packets that none of its sockets takes
  Length and checksum decide first (net/ipv4/udp.c, net/ipv6/ip6_input.c): what is wrong is dropped in silence, what is right
  but wanted by nobody is told.

  Scenario Outline: <what>
    Given a host with the virtual network
      | network | mode | address                            |
      | default | open | 192.168.122.1/24, 2001:db8:1::1/64 |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
    And everybody has announced themselves
    When g1 sends the bytes
      """
      <bytes>
      """
    Then g1 gets "<told>"

    Examples:
      | what                                            | bytes                                                                                                                                | told                                                                                                     |
      | UDP as it should be                             | 5254000000fe525400000011080045000020123400004011f33bc0a87a0bc0a87a0113880009000cb22061626364                                         | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.122.1:9 ttl 64           |
      | UDP that says less than the packet holds        | 5254000000fe525400000011080045000020123400004011f33bc0a87a0bc0a87a0113880009000876ef61626364                                         | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.122.1:9 ttl 64           |
      | UDP that says more                              | 5254000000fe525400000011080045000020123400004011f33bc0a87a0bc0a87a0113880009000db21e61626364                                         |                                                                                                          |
      | UDP that says nothing                           | 5254000000fe525400000011080045000020123400004011f33bc0a87a0bc0a87a01138800090000000061626364                                         |                                                                                                          |
      | UDP without a checksum                          | 5254000000fe525400000011080045000020123400004011f33bc0a87a0bc0a87a0113880009000c000061626364                                         | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.122.1:9 ttl 64           |
      | UDP over IPv6 that says less                    | 5254000000fe52540000001186dd60000000000c114020010db800010000000000000000001120010db800010000000000000000000113880009000890c761626364 | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:1::1]:9 hops 64    |
      | UDP over IPv6 that says nothing, as a jumbogram | 5254000000fe52540000001186dd60000000000c114020010db800010000000000000000001120010db8000100000000000000000001138800090000cc0461626364 | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:1::1]:9 hops 64    |
      | UDP over IPv6 without a checksum                | 5254000000fe52540000001186dd60000000000c114020010db800010000000000000000001120010db800010000000000000000000113880009000c000061626364 |                                                                                                          |
      | UDP-Lite that covers its header                 | 5254000000fe525400000011080045000020123400004088f2c4c0a87a0bc0a87a01138800090008767461626364                                         | ICMP 3/3 192.168.122.1 > 192.168.122.11 about protocol 136 192.168.122.11 > 192.168.122.1 ttl 64         |
      | UDP-Lite that covers all                        | 5254000000fe525400000011080045000020123400004088f2c4c0a87a0bc0a87a01138800090000b1b561626364                                         | ICMP 3/3 192.168.122.1 > 192.168.122.11 about protocol 136 192.168.122.11 > 192.168.122.1 ttl 64         |
      | UDP-Lite that covers half its header            | 5254000000fe525400000011080045000020123400004088f2c4c0a87a0bc0a87a01138800090004767c61626364                                         |                                                                                                          |
      | UDP-Lite without a checksum                     | 5254000000fe525400000011080045000020123400004088f2c4c0a87a0bc0a87a01138800090008000061626364                                         |                                                                                                          |
      | UDP-Lite over IPv6                              | 5254000000fe52540000001186dd60000000000c884020010db800010000000000000000001120010db8000100000000000000000001138800090008904c61626364 | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about protocol 136 2001:db8:1::11 > 2001:db8:1::1 hops 64      |
      | PIM, which a multicast router waits for         | 5254000000fe52540000001108004500001c123400004067f2e9c0a87a0bc0a87a010000000000000000                                                 |                                                                                                          |
      | PIM over IPv6                                   | 5254000000fe52540000001186dd600000000008674020010db800010000000000000000001120010db80001000000000000000000010000000000000000         |                                                                                                          |
      | a protocol that nobody waits for                | 5254000000fe52540000001108004500001c123400004063f2edc0a87a0bc0a87a010000000000000000                                                 | ICMP 3/2 192.168.122.1 > 192.168.122.11 about protocol 99 192.168.122.11 > 192.168.122.1 ttl 64          |
      | an IPv6 header that nobody waits for            | 5254000000fe52540000001186dd600000000008634020010db800010000000000000000001120010db80001000000000000000000010000000000000000         | ICMPv6 4/1 2001:db8:1::1 > 2001:db8:1::11 at 6 about protocol 99 2001:db8:1::11 > 2001:db8:1::1 hops 64  |
      | an authentication header of no length           | 5254000000fe52540000001186dd600000000000334020010db800010000000000000000001120010db8000100000000000000000001                         | ICMPv6 4/1 2001:db8:1::1 > 2001:db8:1::11 at 6 about protocol 51 2001:db8:1::11 > 2001:db8:1::1 hops 64  |
      | half a fragment header                          | 5254000000fe52540000001186dd6000000000032c4020010db800010000000000000000001120010db8000100000000000000000001000000                   | ICMPv6 4/0 2001:db8:1::1 > 2001:db8:1::11 at 40 about protocol 44 2001:db8:1::11 > 2001:db8:1::1 hops 64 |
