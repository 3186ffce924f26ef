Feature: Guests as hosts, across networks
  Stations that ask for each other by ARP, answer pings and take connections, each leaving its link by the router that it knows:
  guests of every kind of network, stations of the LAN, macvtaps.

  Background:
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And IP forwarding is on

  Scenario Outline: A web server on the LAN and a guest, <mode>
    Given a host with the virtual network
      | network | mode   | address          |
      | default | <mode> | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
    And L listens on port 80
    And g1 listens on port 22
    When g1 pings L
    Then <outward>
    When g1 opens a TCP connection to L port 80
    Then <outward>
    When g1 opens a TCP connection to L port 81
    Then <closed>
    When g1 asks L by UDP on port 80
    Then <outward>
    When L pings g1
    Then <inward>
    When L opens a TCP connection to g1 port 22
    Then <inward>

    Examples:
      | mode     | outward       | closed        | inward        |
      | isolated | it is refused | it is refused | it is refused |
      | nat      | it succeeds   | it is refused | it is refused |
      | route    | it succeeds   | it is refused | it succeeds   |
      | open     | it succeeds   | it is refused | it succeeds   |

  Scenario: Who reaches whom between networks, the LAN and a macvtap
    Given a host with the virtual networks
      | network | mode     | address          |
      | cell    | isolated | 192.168.121.1/24 |
      | hidden  | nat      | 192.168.122.1/24 |
      | routed  | route    | 192.168.123.1/24 |
      | free    | open     | 192.168.124.1/24 |
    And the stations
      | guest  | MAC               | address        | at                  |
      | cell1  | 52:54:00:00:00:11 | 192.168.121.11 | cell                |
      | cell2  | 52:54:00:00:00:12 | 192.168.121.12 | cell                |
      | hidden | 52:54:00:00:00:13 | 192.168.122.11 | hidden              |
      | routed | 52:54:00:00:00:14 | 192.168.123.11 | routed              |
      | free   | 52:54:00:00:00:15 | 192.168.124.11 | free                |
      | L      | 52:54:00:00:00:99 | 10.0.0.9       | LAN                 |
      | tap    | 52:54:00:00:00:16 | 10.0.0.16      | eth0 in bridge mode |
    Then pings get through as follows
      | from   | cell1 | cell2 | hidden | routed | free | L   | tap |
      | cell1  |       | yes   | no     | no     | no   | no  | no  |
      | hidden | no    | no    |        | yes    | yes  | yes | no  |
      | routed | no    | no    | no     |        | yes  | yes | no  |
      | free   | no    | no    | no     | yes    |      | yes | no  |
      | L      | no    | no    | no     | yes    | yes  |     | yes |

  Scenario: Two guests with the same port to the same server get different ports, whichever they are
    Given a host with the virtual network
      | network | mode | address          |
      | default | nat  | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
    And L listens on port 80
    When g1 opens a TCP connection to L port 80
    Then it succeeds
    When g2 opens a TCP connection to L port 80
    Then it succeeds
    When g1 asks L by UDP on port 80
    Then it succeeds
    When g2 asks L by UDP on port 80
    Then it succeeds
    When g2 pings L
    Then it succeeds
    When g1 pings L
    Then it succeeds
    When g1 routes a UDP datagram to L port 7 from port 80
    Then L gets "UDP 10.0.0.2:* > 10.0.0.9:7 ttl 63"
    When g2 routes a UDP datagram to L port 7 from port 80
    Then L gets "UDP 10.0.0.2:* > 10.0.0.9:7 ttl 63"
    When g1 routes a UDP datagram to L port 7 from port 80
    Then L gets "UDP 10.0.0.2:* > 10.0.0.9:7 ttl 63"

  Scenario: On a macvtap guests and the LAN are one network, and the host is none of it
    Given the stations
      | guest | MAC               | address   | at                  |
      | a     | 52:54:00:00:00:11 | 10.0.0.11 | eth0 in bridge mode |
      | b     | 52:54:00:00:00:12 | 10.0.0.12 | eth0 in bridge mode |
      | L     | 52:54:00:00:00:99 | 10.0.0.9  | LAN                 |
    And b listens on port 80
    And L listens on port 80
    When a opens a TCP connection to b port 80
    Then it succeeds
    When b opens a TCP connection to L port 80
    Then it succeeds
    When L opens a TCP connection to b port 80
    Then it succeeds

  Scenario Outline: The same over IPv6, <mode> <ipv6>
    Given the uplink eth0 has the address 2001:db8:f::2/64 and the gateway 2001:db8:f::1 too
    And a host with the virtual network
      | network | mode   | address                            | IPv6   |
      | default | <mode> | 192.168.122.1/24, 2001:db8:1::1/64 | <ipv6> |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | g2    | 52:54:00:00:00:12 | 192.168.122.12, 2001:db8:1::12 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
    And L listens on port 80
    And g1 listens on port 22
    When g2 opens a TCP connection to g1 port 22 over IPv6
    Then it succeeds
    When g1 pings L over IPv6
    Then <outward>
    When g1 opens a TCP connection to L port 80 over IPv6
    Then <outward>
    When g2 opens a TCP connection to L port 80 over IPv6
    Then <outward>
    When g1 asks L by UDP on port 81 over IPv6
    Then it is refused
    When L pings g1 over IPv6
    Then <inward>
    When L opens a TCP connection to g1 port 22 over IPv6
    Then <inward>

    Examples:
      | mode     | ipv6       | outward       | inward        |
      | isolated |            | it is refused | it is refused |
      | nat      |            | it succeeds   | it succeeds   |
      | nat      | translated | it succeeds   | it is refused |
      | route    |            | it succeeds   | it succeeds   |
      | open     |            | it succeeds   | it succeeds   |
