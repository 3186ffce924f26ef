Feature: A tour of the scenario language
  Ten short scenarios, each for one thing that the language can say. Read them from top to bottom; every word of them is
  explained on the page that 'nwlab steps' prints. A scenario runs on every testbed, and the testbeds must agree on every
  frame, whether or not a step speaks of it.

  Scenario: 1. Guests on a bridge
    # A guest without a filter may send what it likes. A bridge that has not heard of bob yet floods the frame.
    Given a bridge with guests
      | guest | MAC               | address    |
      | alice | 52:54:00:00:00:0a | 192.0.2.10 |
      | bob   | 52:54:00:00:00:0b | 192.0.2.11 |
      | carol | 52:54:00:00:00:0c | 192.0.2.12 |
    When alice sends a UDP datagram to bob
    Then everybody else receives it
    When bob sends a UDP datagram to alice
    Then only alice receives it

  Scenario: 2. A stock filter by name
    # MAC and IP of the filter are the guest's own, unless a column 'parameters' says otherwise.
    Given a bridge with guests
      | guest | address    | filter        |
      | alice | 192.0.2.10 | clean-traffic |
      | bob   | 192.0.2.11 |               |
    When alice sends a UDP datagram to bob with source address 192.0.2.99
    Then nobody receives it
    And it is dropped by no-ip-spoofing

  Scenario: 3. A filter of one's own, written in place
    Given the filter
      """xml
      <filter name='no-ping' chain='ipv4'>
        <rule action='drop' direction='out'>
          <ip protocol='icmp'/>
        </rule>
      </filter>
      """
    And a bridge with guests
      | guest | address    | filter  |
      | alice | 192.0.2.10 | no-ping |
      | bob   | 192.0.2.11 |         |
    When alice sends a ping to bob
    Then it is dropped by no-ping
    When alice sends a UDP datagram to bob
    Then bob receives it

  Scenario: 4. A filter from a file, and parameters
    Given the filter file "filters/no-telnet.xml"
    And a bridge with guests
      | guest | address    |
      | alice | 192.0.2.10 |
      | bob   | 192.0.2.11 |
    And alice is bound to no-telnet
    And bob is bound to clean-traffic with parameters
      | name | value      |
      | IP   | 192.0.2.11 |
      | IP   | 192.0.2.21 |
    When alice sends a TCP SYN to bob port 23
    Then nobody receives it
    When alice sends a TCP SYN to bob port 22
    Then bob receives it
    When bob sends a UDP datagram to alice with source address 192.0.2.21
    Then alice receives it

  Scenario: 5. Many frames in one table
    Given a bridge with guests
      | guest | address    | filter        |
      | alice | 192.0.2.10 | clean-traffic |
      | bob   | 192.0.2.11 |               |
    When these frames are sent
      | from  | frame                                      | reaches |
      | alice | an ARP request for bob                     | bob     |
      | alice | an ARP reply to bob with sender MAC of bob | nobody  |
      | alice | a DHCP discover                            | bob     |
      | alice | an IPv6 ping to bob                        | nobody  |
      | alice | a frame to bob with EtherType 0x1234       | nobody  |
      | bob   | an IPv6 ping to alice                      | nobody  |

  Scenario Outline: 6. One scenario for many values: <port>
    Given the filter
      """xml
      <filter name='web-only'>
        <rule action='accept' direction='out' priority='100'><tcp dstportstart='80'/></rule>
        <rule action='accept' direction='out' priority='100'><tcp dstportstart='443'/></rule>
        <rule action='drop' direction='out' priority='900'><tcp/></rule>
      </filter>
      """
    And a bridge with guests
      | guest | address    | filter   |
      | alice | 192.0.2.10 | web-only |
      | bob   | 192.0.2.11 |          |
    When alice sends a TCP SYN to bob port <port>
    Then <who> receives it

    Examples:
      | port | who    |
      | 80   | bob    |
      | 443  | bob    |
      | 25   | nobody |

  Scenario: 7. What exactly arrived
    Given a bridge with guests
      | guest | MAC               | address    |
      | alice | 52:54:00:00:00:0a | 192.0.2.10 |
      | bob   | 52:54:00:00:00:0b | 192.0.2.11 |
    When alice sends 3 UDP datagrams to bob port 53 from port 5353 with TTL 1 and payload "which way?"
    Then bob receives 3 frames
    And what bob receives has
      | field       | value             |
      | ether saddr | 52:54:00:00:00:0a |
      | ip saddr    | 192.0.2.10        |
      | dport       | 53                |
    When alice sends the bytes
      """
      ffffffffffff 52540000000a 88b6
      6c6162
      """
    Then bob receives it
    When alice sends bob the packet "tcp 192.0.2.10:4000 > 192.0.2.11:80 syn"
    Then bob receives it
    When alice sends the frames of "captures/greeting.pcap"
    Then bob receives 2 frames

  Scenario: 8. Guests that talk
    # They ask for each other's MAC by ARP first, as real guests do; every frame of it passes the filters.
    Given a bridge with guests
      | guest | address    | filter        |
      | alice | 192.0.2.10 | clean-traffic |
      | bob   | 192.0.2.11 | clean-traffic |
    And bob listens on port 80
    When alice pings bob
    Then it succeeds
    When alice opens a TCP connection to bob port 80
    Then it succeeds
    When alice opens a TCP connection to bob port 81
    Then it is refused

  Scenario: 9. Who reaches whom
    Given the filter
      """xml
      <filter name='silent' chain='arp'>
        <rule action='drop' direction='inout'/>
      </filter>
      """
    And a bridge with guests
      | guest | address    | filter |
      | alice | 192.0.2.10 |        |
      | bob   | 192.0.2.11 |        |
      | carol | 192.0.2.12 | silent |
    Then pings get through as follows
      | from  | alice | bob | carol |
      | alice |       | yes | no    |
      | bob   | yes   |     | no    |
      | carol | no    | no  |       |

  Scenario: 10. Changes while frames flow
    Given the filter
      """xml
      <filter name='mine' chain='mac'><rule action='drop' direction='out'/></filter>
      """
    And a bridge with guests
      | guest | address    | filter |
      | alice | 192.0.2.10 | mine   |
      | bob   | 192.0.2.11 |        |
    When alice sends a UDP datagram to bob
    Then nobody receives it
    When the filter is redefined as
      """xml
      <filter name='mine' chain='mac'><rule action='accept' direction='out'/></filter>
      """
    And alice sends a UDP datagram to bob
    Then bob receives it
    When alice is bound to no-mac-spoofing instead
    And alice sends a UDP datagram to bob with source MAC of bob
    Then it is dropped by no-mac-spoofing
    When the filter of alice is taken away
    And alice sends a UDP datagram to bob with source MAC 52:54:00:00:00:99
    Then bob receives it
