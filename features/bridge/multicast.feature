Feature: Groups and their members on a bridge that snoops
  switching.md section 2.7, for IPv6: a querier turns flooding off, and neighbour solicitations go to groups. All else about
  groups, IPv4 first, is in groups.feature.

  Background:
    Given a host with the bridge
      | bridge | multicast snooping |
      | br0    | on                 |
    And bridge netfilter is off
    And the stations
      | guest  | MAC               | address    | at  |
      | g1     | 52:54:00:00:00:11 | 192.0.2.11 | br0 |
      | silent | 52:54:00:00:00:12 | 192.0.2.12 | br0 |
      | router | 52:54:00:00:00:13 | 192.0.2.13 | br0 |

  @checklist-6
  Scenario: A querier silences neighbour solicitations for a guest that has not reported its groups
    When g1 sends a neighbour solicitation for silent
    Then only silent and router receive it
    When router sends an MLD query with response time 20
    Then only g1 and silent receive it
    When br0 heeds the IPv6 querier that gave 20 ms for answers
    And g1 sends a neighbour solicitation for silent
    Then only router receives it
    When silent sends an MLD report for ff02::1:ff00:12
    Then only router receives it
    When g1 sends a neighbour solicitation for silent
    Then only silent and router receive it

  Scenario: All nodes are heard by everybody, querier or not, and IPv4 has a querier of its own
    When router sends an MLD query with response time 20
    And br0 heeds the IPv6 querier that gave 20 ms for answers
    And g1 sends an IPv6 UDP datagram to ff02::1 with destination MAC 33:33:00:00:00:01
    Then only silent and router receive it
    When g1 sends an IPv6 UDP datagram to ff02::fb with destination MAC 33:33:00:00:00:fb
    Then only router receives it
    When g1 sends a UDP datagram to 239.1.1.1 with destination MAC 01:00:5e:01:01:01
    Then only silent and router receive it
