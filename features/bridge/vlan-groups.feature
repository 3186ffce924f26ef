@needs-vlan-filtering
Feature: Groups on a VLAN-aware bridge
  switching.md sections 2.7 and 2.10: who listens to a group is known for each VLAN apart, since entries are by group and VLAN
  (br_ip in net/bridge/br_private.h). Queriers and routers are the bridge's as a whole, and what goes to a router's port still
  stays in its VLAN.

  Background:
    Given a host with the bridge
      | bridge | VLANs | multicast snooping |
      | br0    | on    | on                 |
    And bridge netfilter is off
    And the stations
      | guest  | MAC               | address    | at              | VLANs                |
      | a1     | 52:54:00:00:00:11 | 192.0.2.11 | br0             | 10                   |
      | a2     | 52:54:00:00:00:12 | 192.0.2.12 | br0             | 10                   |
      | a3     | 52:54:00:00:00:13 | 192.0.2.13 | br0             | 10                   |
      | b1     | 52:54:00:00:00:21 | 192.0.2.21 | br0             | 20                   |
      | b2     | 52:54:00:00:00:22 | 192.0.2.22 | br0             | 20                   |
      | trunk  | 52:54:00:00:00:31 | 192.0.2.31 | br0             | 10 tagged, 20 tagged |
      | router | 52:54:00:00:00:14 | 192.0.2.4  | br0             | 10                   |
      | d1     | 52:54:00:00:00:41 | 192.0.2.41 | br0             |                      |
      | host   |                   |            | host behind br0 |                      |

  Scenario: A group reported in one VLAN is not joined in another
    When a2 sends an IGMP report for 239.1.1.1
    Then only a1, a3, trunk and router receive it
    When router sends an IGMP query with response time 100
    And br0 heeds the IPv4 querier that gave 100 ms for answers
    And these frames are sent
      | from | frame                                                       | reaches    |
      | a1   | a UDP datagram to 239.1.1.1                                 | a2, router |
      | b1   | a UDP datagram to 239.1.1.1                                 | nobody     |
      | d1   | a UDP datagram to 239.1.1.1                                 | nobody     |
      | b1   | a UDP datagram to 224.0.0.251                               | b2, trunk  |
      | d1   | a UDP datagram to 224.0.0.251                               | host       |
      | host | a UDP datagram to 239.1.1.1 with source address 192.0.2.1   | nobody     |
      | host | a UDP datagram to 224.0.0.251 with source address 192.0.2.1 | d1         |
    When b2 sends an IGMP report for 239.1.1.1
    And these frames are sent
      | from | frame                       | reaches    |
      | b1   | a UDP datagram to 239.1.1.1 | b2         |
      | a1   | a UDP datagram to 239.1.1.1 | a2, router |

  Scenario: A trunk listens in the VLAN of the tag that its report has
    When router sends an IGMP query with response time 100
    And br0 heeds the IPv4 querier that gave 100 ms for answers
    And trunk sends an IGMP report for 239.1.1.1 with VLAN 20
    And these frames are sent
      | from | frame                       | reaches |
      | b1   | a UDP datagram to 239.1.1.1 | trunk   |
      | a1   | a UDP datagram to 239.1.1.1 | router  |
    When b1 sends a UDP datagram to 239.1.1.1
    Then what trunk receives has
      | field   | value |
      | vlan id | 20    |
    When trunk sends an IGMPv3 report for 239.1.1.1 with VLAN 10
    And a1 sends a UDP datagram to 239.1.1.1
    Then only trunk and router receive it

  Scenario: A querier in one VLAN counts in all, and routers hear groups of their VLAN only
    When b1 sends an MLD query with response time 100
    Then only b2 and trunk receive it
    When br0 heeds the IPv6 querier that gave 100 ms for answers
    And these frames are sent
      | from | frame                            | reaches               |
      | a1   | an IPv6 UDP datagram to ff02::fb | nobody                |
      | b2   | an IPv6 UDP datagram to ff02::fb | b1                    |
      | a1   | an IPv6 UDP datagram to ff02::1  | a2, a3, trunk, router |

  Scenario: A query about one group asks those of its VLAN
    When a2 sends an IGMP report for 239.1.1.1
    And router sends an IGMP query with response time 100
    And br0 heeds the IPv4 querier that gave 100 ms for answers
    And b1 sends an IGMP query for 239.1.1.1 with response time 100
    Then only b2 and trunk receive it
    When a1 sends a UDP datagram to 239.1.1.1
    Then only a2 and router receive it

  Scenario: The host's own frames are in the bridge's VLAN, or nowhere
    When these frames are sent
      | from | frame                             | reaches |
      | host | a frame to everybody              | d1      |
      | host | a frame to everybody with VLAN 1  | d1      |
      | host | a frame to everybody with VLAN 20 | nobody  |
      | host | a frame to everybody with VLAN 0  | d1      |

  Scenario: Who sends to a reserved group is learned in the frame's VLAN, and in none that the port does not have
    When b1 sends a frame to 01:80:c2:00:00:0e with source MAC 52:54:00:00:00:77
    Then nobody receives it
    When b2 sends a frame to 52:54:00:00:00:77
    Then only b1 receives it
    When a1 sends a frame to 52:54:00:00:00:77
    Then only a2, a3, trunk and router receive it
    When trunk sends a frame to 01:80:c2:00:00:0e with source MAC 52:54:00:00:00:78 and VLAN 10
    And a1 sends a frame to 52:54:00:00:00:78
    Then only trunk receives it
    When a2 sends a frame to 01:80:c2:00:00:0e with source MAC 52:54:00:00:00:79 and VLAN 20
    And a1 sends a frame to 52:54:00:00:00:79
    Then only a2, a3, trunk and router receive it
