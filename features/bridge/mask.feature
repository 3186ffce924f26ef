Feature: Groups that a mask lets through
  Scenario Outline: With the mask 0x4008, group 01:80:c2:00:00:<last>
    Given a host with the bridge
      | bridge | group forward mask |
      | br0    | 0x4008             |
    And the stations
      | guest | MAC               | at  |
      | g1    | 52:54:00:00:00:11 | br0 |
      | g2    | 52:54:00:00:00:12 | br0 |
    When g1 sends a frame to g2 with destination MAC 01:80:c2:00:00:<last>
    Then only <who>

    Examples:
      | last | who            |
      | 03   | g2 receives it |
      | 0e   | g2 receives it |

  Scenario: A group outside the mask stays where it is
    Given a host with the bridge
      | bridge | group forward mask |
      | br0    | 0x4008             |
    And the stations
      | guest | MAC               | at  |
      | g1    | 52:54:00:00:00:11 | br0 |
      | g2    | 52:54:00:00:00:12 | br0 |
    When g1 sends a frame to g2 with destination MAC 01:80:c2:00:00:0d
    Then nobody receives it
