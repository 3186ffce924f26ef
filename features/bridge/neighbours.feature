Feature: Guests of one bridge find each other over IPv6
  Neighbour discovery between guests, as ARP is for IPv4; a guest without addresses has its link-local one.

  Scenario: On one bridge, with no host around it
    Given a bridge with guests
      | guest | address                 |
      | a     | 192.0.2.1, 2001:db8::1  |
      | b     | 192.0.2.2, 2001:db8::2  |
      | c     |                         |
    And b listens on port 80
    When a pings b over IPv6
    Then it succeeds
    When a opens a TCP connection to b port 80 over IPv6
    Then it succeeds
    When b asks a by UDP on port 80 over IPv6
    Then it is refused
    When c pings a over IPv6
    Then it succeeds
