Feature: clean-traffic keeps guests honest
  A guest bound to clean-traffic speaks with its own MAC and its own addresses, in ARP as well as in IP, and with
  nothing but IPv4, ARP and the announcement that QEMU makes after a migration.

  Background:
    Given a bridge with guests
      | guest | MAC               | address                | filter        |
      | alice | 52:54:00:00:00:0a | 192.0.2.10             | clean-traffic |
      | bob   | 52:54:00:00:00:0b | 192.0.2.11, 192.0.2.21 | clean-traffic |
      | carol | 52:54:00:00:00:0c | 192.0.2.12             |               |
    And everybody has announced themselves

  Scenario: Honest traffic arrives
    When alice sends a UDP datagram to bob port 53
    Then only bob receives it

  Scenario: Replies come back
    When alice sends a ping to bob
    Then only bob receives it
    When bob sends a ping reply to alice
    Then only alice receives it
    When bob sends a TCP SYN to alice port 22
    And alice sends a TCP SYN-ACK to bob port 40000 from port 22
    Then only bob receives it

  Scenario: A foreign source MAC is dropped
    When alice sends a UDP datagram to bob with source MAC 52:54:00:00:00:99
    Then nobody receives it
    And it is dropped by no-mac-spoofing

  Scenario: A neighbour's source MAC is dropped
    When alice sends a UDP datagram to carol with source MAC of bob
    Then it is dropped by no-mac-spoofing

  Scenario: A foreign source address is dropped
    When alice sends a UDP datagram to bob with source address 192.0.2.99
    Then it is dropped by no-ip-spoofing

  Scenario: An ARP request is broadcast to everybody
    When alice sends an ARP request for bob
    Then everybody else receives it
    When bob sends an ARP reply to alice
    Then only alice receives it

  Scenario: An ARP packet with a foreign sender MAC is dropped
    When alice sends an ARP reply to bob with sender MAC 52:54:00:00:00:99
    Then it is dropped by no-arp-mac-spoofing

  Scenario: An ARP packet with a foreign sender address is dropped
    When alice sends an ARP reply to bob with sender address of carol
    Then it is dropped by no-arp-ip-spoofing

  Scenario Outline: IPv6 is dropped, <what>
    When <who> sends <what> to <whom>
    Then nobody receives it

    Examples:
      | who   | what                     | whom  |
      | alice | an IPv6 ping             | bob   |
      | alice | a neighbour solicitation | carol |
      | carol | an IPv6 UDP datagram     | bob   |

  Scenario: An unknown EtherType is dropped
    When alice sends a frame to bob with EtherType 0x1234
    Then it is dropped by no-other-l2-traffic

  Scenario: A tagged frame is dropped
    When alice sends a UDP datagram to bob with VLAN 5
    Then it is dropped by no-other-l2-traffic

  Scenario: A DHCP client that has no address yet may ask for one
    When alice sends a DHCP discover
    Then everybody else receives it

  Scenario: A datagram from no address passes and a ping from no address does not
    When alice sends a UDP datagram to bob with source address 0.0.0.0
    Then only bob receives it
    When alice sends a ping to bob with source address 0.0.0.0
    Then it is dropped by no-ip-spoofing

  Scenario: The announcement after a migration leaves, and no other guest's filter lets it in
    When alice sends a QEMU announcement
    Then only carol receives it

  Scenario: An announcement in another guest's name is dropped
    When alice sends a QEMU announcement with target MAC of bob
    Then it is dropped by no-other-rarp-traffic

  Scenario: A guest hears an announcement in its own name
    When carol sends a QEMU announcement with sender MAC of bob and target MAC of bob
    Then only bob receives it

  Scenario: The EtherType 0x0835, a slip for 0x8035 in the stock filter, may leave
    When alice sends a frame to carol with EtherType 0x0835
    Then only carol receives it

  Scenario: A guest without filter may lie
    When carol sends a UDP datagram to bob with source MAC 52:54:00:00:00:99 and source address 192.0.2.99
    Then only bob receives it
    When carol sends an ARP request for bob with sender MAC of alice and sender address of alice
    Then everybody else receives it

  Scenario: Between filtered guests the sender's filter decides for both
    When alice sends a frame to carol with EtherType 0x88b6
    Then nobody receives it
    When carol sends a frame to alice with EtherType 0x88b6
    Then nobody receives it

  Scenario: A guest with two addresses may use both and no third
    When these frames are sent
      | from | frame                                                  | reaches          |
      | bob  | a UDP datagram to alice                                | alice            |
      | bob  | a UDP datagram to alice with source address 192.0.2.21 | alice            |
      | bob  | a UDP datagram to alice with source address 192.0.2.31 | nobody           |
      | bob  | a gratuitous ARP                                       | alice and carol  |
      | bob  | a gratuitous ARP with sender address 192.0.2.21        | alice and carol  |
      | bob  | a gratuitous ARP with sender address 192.0.2.31        | nobody           |
