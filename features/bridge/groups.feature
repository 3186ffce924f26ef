Feature: Who listens to which group, as a bridge that snoops finds out
  switching.md section 2.7, line by line. Until a querier is known every group floods; then groups go to those who reported
  them and to ports behind which a router is. IPv4 unless it says otherwise.

  Background:
    Given a host with the bridge
      | bridge | multicast snooping |
      | br0    | on                 |
    And bridge netfilter is off
    And the stations
      | guest  | MAC               | address    | at              |
      | g1     | 52:54:00:00:00:11 | 192.0.2.11 | br0             |
      | g2     | 52:54:00:00:00:12 | 192.0.2.12 | br0             |
      | g3     | 52:54:00:00:00:13 | 192.0.2.13 | br0             |
      | router | 52:54:00:00:00:14 | 192.0.2.4  | br0             |
      | host   |                   |            | host behind br0 |

  Scenario: Without a querier all groups flood, reported or not
    When g2 sends an IGMP report for 239.1.1.1
    Then only g1, g3, router and host receive it
    When g1 sends a UDP datagram to 239.1.1.1
    Then only g2, g3, router and host receive it

  Scenario Outline: With a querier known, <frame> from g1 reaches <reached>
    When g2 sends an IGMP report for 239.1.1.1
    And router sends an IGMP query with response time 100
    Then only g1, g2, g3 and host receive it
    When br0 heeds the IPv4 querier that gave 100 ms for answers
    And these frames are sent
      | from | frame   | reaches   |
      | g1   | <frame> | <reached> |

    Examples:
      | frame                                                       | reached              |
      | a UDP datagram to 224.0.0.251                               | g2, g3, router, host |
      | a UDP datagram to 239.1.1.1                                 | g2, router           |
      | a UDP datagram to 239.129.1.1                               | router               |
      | a UDP datagram to 239.2.2.2                                 | router               |
      | a UDP datagram to g2 with destination MAC 01:00:5e:01:01:01 | router               |
      | a UDP datagram to 239.1.1.1 with VLAN 5                     | g2, router           |
      | a UDP datagram to 239.1.1.1 with destination MAC broadcast  | g2, g3, router, host |
      | a frame to 01:00:5e:01:01:01                                | g2, g3, router, host |
      | an IGMP report for 239.3.3.3                                | router               |
      | an IGMP leave for 239.1.1.1                                 | g2, g3, router, host |
      | an IGMP query for 239.1.1.1                                 | g2, g3, router, host |
      | an IGMPv3 report for 239.3.3.3                              | g2, g3, router, host |
      | an IGMP report for 239.3.3.3 with checksum 0x1234           | nobody               |
      | an IGMP query with checksum 0x1234                          | nobody               |
      | an IGMP query with destination address 224.0.0.9            | nobody               |
      | an IPv6 UDP datagram to ff02::fb                            | g2, g3, router, host |

  Scenario Outline: <who> is heard by the host's bridge, and the host's own frames go where a guest's would
    When g2 sends an IGMP report for 239.1.1.1
    And <who> sends an IGMP query with response time 100
    And br0 heeds the IPv4 querier that gave 100 ms for answers
    And these frames are sent
      | from | frame                                                         | reaches            |
      | host | a frame to 01:00:5e:01:01:01                                  | g1, g2, g3, router |
      | host | a UDP datagram to 239.1.1.1 with source address 192.0.2.254   | g2, <who>          |
      | host | a UDP datagram to 239.2.2.2 with source address 192.0.2.254   | <who>              |
      | host | a UDP datagram to 224.0.0.251 with source address 192.0.2.254 | g1, g2, g3, router |

    Examples:
      | who    |
      | router |
      | g3     |

  Scenario: A query about one group makes nobody a querier, and no port a router's
    When router sends an IGMP query for 239.1.1.1 with response time 100
    And g3 sends an IGMP query with response time 100
    And br0 heeds the IPv4 querier that gave 100 ms for answers
    And g1 sends a UDP datagram to 239.1.1.1
    Then only g3 receives it

  Scenario: Of two queriers the one with the lower address counts
    When router sends an IGMP query with response time 100
    And g3 sends an IGMP query with response time 100
    And br0 heeds the IPv4 querier that gave 100 ms for answers
    And g1 sends a UDP datagram to 239.1.1.1
    Then only router receives it
    When g2 sends an IGMP query with response time 100 and source address 192.0.2.1
    And g1 sends a UDP datagram to 239.1.1.1
    Then only router and g2 receive it

  Scenario Outline: A router is one that says so: <hello>
    When router sends an IGMP query with response time 100
    And br0 heeds the IPv4 querier that gave 100 ms for answers
    And g3 sends <hello>
    And g1 sends a UDP datagram to 239.1.1.1
    Then <hear it> it

    Examples:
      | hello                                                               | hear it                    |
      | a PIM hello                                                         | only g3 and router receive |
      | a multicast router advertisement                                    | only g3 and router receive |
      | a PIM hello with destination address 224.0.0.1                      | only router receives       |
      | a multicast router advertisement with destination address 224.0.0.1 | only router receives       |

  Scenario Outline: The newer version's records join a group: <version>
    When router sends an <query> with response time 100
    And br0 heeds the <family> querier that gave 100 ms for answers
    And g2 sends an <report> for <group>
    And g1 sends <datagram> to <group>
    Then only g2 and router receive it

    Examples:
      | version | family | query        | report        | datagram             | group     |
      | IGMPv3  | IPv4   | IGMP query   | IGMPv3 report | a UDP datagram       | 239.1.1.1 |
      | IGMPv3  | IPv4   | IGMPv3 query | IGMPv3 report | a UDP datagram       | 239.1.1.1 |
      | MLDv2   | IPv6   | MLD query    | MLDv2 report  | an IPv6 UDP datagram | ff05::1:3 |
      | MLDv2   | IPv6   | MLDv2 query  | MLDv2 report  | an IPv6 UDP datagram | ff05::1:3 |

  Scenario Outline: While a querier is known, leaving takes nobody out: <leave>
    When g2 sends an <report> for <group>
    And router sends an <query> with response time 100
    And br0 heeds the <family> querier that gave 100 ms for answers
    And g2 sends an <leave> for <group>
    And g1 sends <datagram> to <group>
    Then only g2 and router receive it

    Examples:
      | leave        | family | query      | report        | datagram             | group     |
      | IGMP leave   | IPv4   | IGMP query | IGMP report   | a UDP datagram       | 239.1.1.1 |
      | IGMPv3 leave | IPv4   | IGMP query | IGMPv3 report | a UDP datagram       | 239.1.1.1 |
      | MLD done     | IPv6   | MLD query  | MLD report    | an IPv6 UDP datagram | ff05::1:3 |
      | MLDv2 leave  | IPv6   | MLD query  | MLDv2 report  | an IPv6 UDP datagram | ff05::1:3 |

  Scenario Outline: With an IPv6 querier known, <frame> from g1 reaches <reached>
    When g2 sends an MLD report for ff05::1:3
    And router sends an MLD query with response time 100
    And br0 heeds the IPv6 querier that gave 100 ms for answers
    And these frames are sent
      | from | frame   | reaches   |
      | g1   | <frame> | <reached> |

    Examples:
      | frame                                         | reached              |
      | an IPv6 UDP datagram to ff02::1               | g2, g3, router, host |
      | an IPv6 UDP datagram to ff05::1:3             | g2, router           |
      | an IPv6 UDP datagram to ff02::2               | router               |
      | an IPv6 UDP datagram to ff02::fb              | router               |
      | a UDP datagram to 239.1.1.1                   | g2, g3, router, host |
      | an MLD report for ff05::77                    | router               |
      | an MLDv2 report for ff05::77                  | g2, g3, router, host |
      | an MLD done for ff05::1:3                     | g2, g3, router, host |
      | an MLD query for ff05::1:3                    | g2, g3, router, host |
      | an MLD query with source address 2001:db8::1  | nobody               |
      | an MLD query with destination address ff02::2 | nobody               |
      | an IPv6 multicast router advertisement        | router               |

  Scenario: An MLD query that gives no time for answers counts for nothing
    When router sends an MLD query with response time 0
    And g3 sends an MLD query with response time 100
    And br0 heeds the IPv6 querier that gave 100 ms for answers
    And g1 sends an IPv6 UDP datagram to ff05::1:3
    Then only g3 receives it

  Scenario: An IPv6 router of groups is one that says so
    When router sends an MLD query with response time 100
    And br0 heeds the IPv6 querier that gave 100 ms for answers
    And g3 sends an IPv6 multicast router advertisement
    Then only router receives it
    When g1 sends an IPv6 UDP datagram to ff05::1:3
    Then only router and g3 receive it

  @simulator
  Scenario: Listeners and queriers that say nothing more are forgotten
    When g2 sends an IGMP report for 239.1.1.1
    And 10 seconds pass
    And router sends an IGMP query
    And 10 seconds pass
    And g1 sends a UDP datagram to 239.1.1.1
    Then only g2 and router receive it
    When 240 seconds pass
    And g1 sends a UDP datagram to 239.1.1.1
    Then only router receives it
    When 5 seconds pass
    And g1 sends a UDP datagram to 239.1.1.1
    Then only g2, g3, router and host receive it

  @simulator
  Scenario Outline: Who leaves while no querier is known is forgotten after two seconds, <leave>
    When g2 sends an <report> for <group>
    And g2 sends an <leave> for <group>
    And router sends an <query> with response time 1000
    And 1 second passes
    And g1 sends <datagram> to <group>
    Then <hear it> receive it
    When 1 second passes
    And g1 sends <datagram> to <group>
    Then only router receives it

    Examples:
      | report        | leave        | query      | datagram             | group     | hear it            |
      | IGMP report   | IGMP leave   | IGMP query | a UDP datagram       | 239.1.1.1 | only g2 and router |
      | IGMPv3 report | IGMPv3 leave | IGMP query | a UDP datagram       | 239.1.1.1 | only g2 and router |
      | MLD report    | MLD done     | MLD query  | an IPv6 UDP datagram | ff05::1:3 | only g2 and router |
      | MLDv2 report  | MLDv2 leave  | MLD query  | an IPv6 UDP datagram | ff05::1:3 | only g2 and router |

  @simulator
  Scenario Outline: A query about one group gives its listeners twice the time for an answer, <query>
    When router sends an <query> with response time 1000
    And 1 second passes
    And g2 sends an <report> for <group>
    And g3 sends an <report> for <group>
    And router sends an <query> for <group> with response time 1000
    And 1 second passes
    And g3 sends an <report> for <group>
    And g1 sends <datagram> to <group>
    Then only g2, g3 and router receive it
    When 1 second passes
    And g1 sends <datagram> to <group>
    Then only g3 and router receive it

    Examples:
      | report        | query        | datagram             | group     |
      | IGMP report   | IGMP query   | a UDP datagram       | 239.1.1.1 |
      | IGMPv3 report | IGMPv3 query | a UDP datagram       | 239.1.1.1 |
      | MLD report    | MLD query    | an IPv6 UDP datagram | ff05::1:3 |
      | MLDv2 report  | MLDv2 query  | an IPv6 UDP datagram | ff05::1:3 |

  Scenario: Listeners are forgotten with their port, and queriers with the bridge
    When g2 sends an IGMP report for 239.1.1.1
    And router sends an IGMP query with response time 100
    And br0 heeds the IPv4 querier that gave 100 ms for answers
    And g1 sends a UDP datagram to 239.1.1.1
    Then only g2 and router receive it
    When g2 goes down
    And g2 comes up
    And g1 sends a UDP datagram to 239.1.1.1
    Then only router receives it
    When br0 goes down
    And br0 comes up
    And g1 sends a UDP datagram to 239.1.1.1
    Then only g2, g3, router and host receive it
