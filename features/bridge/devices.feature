Feature: What happens at the devices of a bridge's ports
  Drops at a tap itself (switching.md sections 9.1 and 9.3), and what a tap says by itself (section 10.3).

  @checklist-18
  Scenario Outline: On a tap, <hook> is where the guest's frames <where>
    Given a host with the bridge
      | bridge |
      | br0    |
    And the stations
      | guest | MAC               | address    | at              |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |
      | g3    | 52:54:00:00:00:13 | 192.0.2.13 | br0             |
      | host  |                   |            | host behind br0 |
    And the host drops frames of EtherType 0x88b6 at the <hook> of g1
    When g1 sends a frame to everybody
    Then <sent>
    When g2 sends a frame to everybody
    Then <received>
    When g2 sends a frame to g1 with EtherType 0x88b7
    Then <known>

    Examples:
      | hook    | where    | sent                            | received                        | known                     |
      | ingress | come in  | nobody receives it              | only g1, g3 and host receive it | only g1 and g3 receive it |
      | egress  | come out | only g2, g3 and host receive it | only g3 and host receive it     | only g1 receives it       |

  @checklist-20
  Scenario: A tap has an IPv6 stack of its own, which talks to the guest and to nobody else
    Given a host with the bridge
      | bridge |
      | br0    |
    And the stations
      | guest | MAC               | address    | at              | port     |
      | g1    | 52:54:00:00:00:11 | 192.0.2.11 | br0             | own IPv6 |
      | g2    | 52:54:00:00:00:12 | 192.0.2.12 | br0             |          |
      | host  |                   |            | host behind br0 |          |
    When g1 hears its port check an IPv6 address
    Then g1 receives 1 frame
    And what g1 receives has
      | field       | value                  |
      | ether saddr | fe:54:00:00:00:11      |
      | ether daddr | 33:33:ff:00:00:11      |
      | ip6 saddr   | ::                     |
      | ip6 daddr   | ff02::1:ff00:11        |
    When g1 sends a neighbour solicitation to fe80::fc54:ff:fe00:11
    Then only g2 and host receive it
