Feature: Who reaches whom through a virtual network
  The verdict matrix of a host with one virtual network in each mode, an uplink, and a LAN behind it.

  Background:
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And IP forwarding is on

  Scenario Outline: A guest's datagram to the LAN, <mode>
    Given a host with the virtual network
      | network | mode   | address          |
      | default | <mode> | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
    And everybody has announced themselves
    When g1 routes a UDP datagram to L port 53 from port 5000
    Then <who> gets "<packet>"
    And nobody else gets anything

    Examples:
      | mode     | who | packet                                                                                               |
      | isolated | g1  | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 10.0.0.9:53 ttl 64 |
      | nat      | L   | UDP 10.0.0.2:5000 > 10.0.0.9:53 ttl 63                                                              |
      | route    | L   | UDP 192.168.122.11:5000 > 10.0.0.9:53 ttl 63                                                        |
      | open     | L   | UDP 192.168.122.11:5000 > 10.0.0.9:53 ttl 63                                                        |
