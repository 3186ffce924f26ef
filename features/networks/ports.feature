Feature: A nat network with two ports to share
  Which port a flow gets is the kernel's choice; with two ports in all there is none left to make.

  Background:
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And a host with the virtual network
      | network | mode | address          | ports     |
      | default | nat  | 192.168.122.1/24 | 6000-6001 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
      | M     | 52:54:00:00:00:98 | 10.0.0.8       | LAN     |
    And everybody has announced themselves
    And the LAN knows the host

  @checklist-14
  Scenario: A port that is taken is replaced, and the replacement reused though the own one would be free
    When g1 routes a UDP datagram to L port 80 from port 6000
    Then L gets "UDP 10.0.0.2:6000 > 10.0.0.9:80 ttl 63"
    When g2 routes a UDP datagram to L port 80 from port 6000
    Then L gets "UDP 10.0.0.2:6001 > 10.0.0.9:80 ttl 63"
    When g2 routes a UDP datagram to M port 80 from port 6000
    Then M gets "UDP 10.0.0.2:6001 > 10.0.0.8:80 ttl 63"
    When L routes a UDP datagram to 10.0.0.2 port 6001 from port 80
    Then g2 gets "UDP 10.0.0.9:80 > 192.168.122.12:6000 ttl 63"

  Scenario: A third flow to the same destination finds no port and is lost
    When g1 routes a UDP datagram to L port 80 from port 6000
    And g2 routes a UDP datagram to L port 80 from port 6000
    And g1 routes a UDP datagram to L port 80 from port 7000
    Then nothing arrives
    When g1 routes a UDP datagram to L port 81 from port 6001
    Then L gets "UDP 10.0.0.2:6001 > 10.0.0.9:81 ttl 63"
