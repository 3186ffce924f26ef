Feature: Where a drop at a device stops the frames of macvtap guests
  The tables of switching.md section 9.2. On a macvtap, egress is where the guest sends: the reverse of a tap.

  @checklist-18
  Scenario Outline: A drop at the <hook> of <device>
    Given an uplink eth0 without address
    And the stations
      | guest | MAC               | address   | at                  |
      | b1    | 52:54:00:00:00:13 | 10.0.0.13 | eth0 in bridge mode |
      | b2    | 52:54:00:00:00:14 | 10.0.0.14 | eth0 in bridge mode |
      | v1    | 52:54:00:00:00:15 | 10.0.0.15 | eth0 in vepa mode   |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN                 |
      | host  |                   |           | host behind eth0    |
    And the host drops frames of EtherType 0x88b6 at the <hook> of <device>
    And everybody has announced themselves
    When these frames are sent
      | from | frame                | reaches                  |
      | b1   | a frame to b2        | <b1 to b2>               |
      | b1   | a frame to everybody | <b1 to everybody>        |
      | b1   | a frame to X         | <b1 to X>                |
      | X    | a frame to b1        | <X to b1>                |
      | X    | a frame to everybody | <X to everybody>         |
      | host | a frame to X         | <host to X>              |

    Examples:
      | device | hook    | b1 to b2 | b1 to everybody | b1 to X | X to b1 | X to everybody   | host to X |
      | b1     | egress  | nobody   | nobody          | nobody  | b1      | b1, b2, v1, host | X         |
      | b1     | ingress | b2       | b2, X           | X       | nobody  | b2, v1, host     | X         |
      | b2     | ingress | nobody   | X               | X       | b1      | b1, v1, host     | X         |
      | eth0   | ingress | nobody   | b2, X           | X       | nobody  | nobody           | X         |
      | eth0   | egress  | b2       | b2              | nobody  | b1      | b1, b2, v1, host | nobody    |
