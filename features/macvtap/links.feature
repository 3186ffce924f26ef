Feature: macvtaps and their device, down and up
  switching.md section 5.8: a macvtap that is down is nobody's station, and its guest's writes go nowhere. The uplinks are
  veths here, which lose their carrier when they go down, and so do the macvtaps on them.

  Background:
    Given an uplink eth0 without address
    And the stations
      | guest | MAC               | address   | at                  |
      | b1    | 52:54:00:00:00:13 | 10.0.0.13 | eth0 in bridge mode |
      | b2    | 52:54:00:00:00:14 | 10.0.0.14 | eth0 in bridge mode |
      | b3    | 52:54:00:00:00:17 | 10.0.0.17 | eth0 in bridge mode |
      | v1    | 52:54:00:00:00:11 | 10.0.0.11 | eth0 in vepa mode   |
      | X     | 52:54:00:00:00:91 | 10.0.0.91 | LAN                 |
      | Y     | 52:54:00:00:00:92 | 10.0.0.92 | LAN                 |
      | host  |                   |           | host behind eth0    |
    And everybody has announced themselves

  Scenario: What is for a macvtap that is down goes to the wire from a sibling, and to the host from the wire
    When b2 goes down
    And these frames are sent
      | from | frame                                      | reaches             |
      | b1   | a frame to b2                              | nobody              |
      | X    | a frame to b2                              | host                |
      | X    | a frame to everybody                       | b1, b3, v1, Y, host |
      | b1   | a frame to everybody                       | b3, X, Y            |
      | b2   | a frame to everybody                       | nobody              |
      | X    | a frame to everybody with source MAC of b2 | b1, b3, v1, Y, host |
    When b2 comes up
    And these frames are sent
      | from | frame                | reaches      |
      | b1   | a frame to b2        | b2           |
      | b2   | a frame to everybody | b1, b3, X, Y |
      | X    | a frame to b2        | b2           |

  Scenario: On a device without carrier siblings do not hear each other either
    When eth0 goes down
    And these frames are sent
      | from | frame                | reaches |
      | b1   | a frame to b2        | nobody  |
      | v1   | a frame to X         | nobody  |
      | b1   | a frame to X         | nobody  |
      | b1   | a frame to everybody | nobody  |
      | X    | a frame to everybody | Y       |
      | host | a frame to everybody | nobody  |
    When eth0 comes up
    And these frames are sent
      | from | frame                | reaches                 |
      | b1   | a frame to b2        | b2                      |
      | X    | a frame to everybody | b1, b2, b3, v1, Y, host |
      | v1   | a frame to X         | X                       |
