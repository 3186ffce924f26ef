Feature: What generated cases have found, in its smallest form

  Each scenario was a disagreement between testbeds once.

  Scenario: A negated DSCP of IPv6 spares the very value that it names
    Given the filter
      """xml
      <filter name='marked'>
        <rule action='drop' direction='in'><all-ipv6 match='no' dscp='62'/></rule>
      </filter>
      """
    And a bridge with guests
      | guest | MAC               | filter |
      | one   | 52:54:00:00:00:01 | marked |
      | two   | 52:54:00:00:00:02 |        |
    When two sends the bytes
      """
      5254 0000 0001 5254 0000 0002 86dd 6f80 0000 000c 1140 2001 0db8 0000 0000 0000
      0000 0000 0002 2001 0db8 0000 0000 0000 0000 0000 0001 0045 0035 000c 0000 0000
      000d
      """
    Then only one receives it
    When two sends the bytes
      """
      5254 0000 0001 5254 0000 0002 86dd 6f40 0000 000c 1140 2001 0db8 0000 0000 0000
      0000 0000 0002 2001 0db8 0000 0000 0000 0000 0000 0001 0045 0035 000c 0000 0000
      000e
      """
    Then nobody receives it

  Scenario: The flags of a BPDU are looked for where its type stands
    Given the filter
      """xml
      <filter name='bpdus'>
        <rule action='drop' direction='in'><stp flags='128'/></rule>
      </filter>
      """
    And a bridge with guests
      | guest | MAC               | filter |
      | one   | 52:54:00:00:00:01 | bpdus  |
      | two   | 52:54:00:00:00:02 |        |
    When two sends the bytes
      """
      0180 c200 0000 5254 0000 0002 0026 4242 0300 0000 8000 8000 5254 0000 0003 0000
      0000 8000 5254 0000 0003 8001 0000 1400 0200 0f00 0000 0000 0000
      """
    Then nobody receives it
    When two sends the bytes
      """
      0180 c200 0000 5254 0000 0002 0026 4242 0300 0000 0080 8000 5254 0000 0003 0000
      0000 8000 5254 0000 0003 8001 0000 1400 0200 0f00 0000 0000 0000
      """
    Then only one receives it

  Scenario: A tag in front of a BPDU hides nothing of it
    Given the filter
      """xml
      <filter name='bpdus'>
        <rule action='drop' direction='in'><stp flags='0'/></rule>
      </filter>
      """
    And a bridge with guests
      | guest | MAC               | filter |
      | one   | 52:54:00:00:00:01 | bpdus  |
      | two   | 52:54:00:00:00:02 |        |
    When two sends the bytes
      """
      0180 c200 0000 5254 0000 0002 8100 0005 0026 4242 0300 0000 0000 8000 5254 0000
      0003 0000 0000 8000 5254 0000 0003 8001 0000 1400 0200 0f00 0000 0000 0000
      """
    Then nobody receives it

  Scenario: UDP-Lite with the right checksum is invalid for connection tracking
    Given the filter
      """xml
      <filter name='lite'>
        <rule action='drop' direction='in'><udplite state='INVALID'/></rule>
      </filter>
      """
    And a bridge with guests
      | guest | MAC               | filter |
      | one   | 52:54:00:00:00:01 | lite   |
      | two   | 52:54:00:00:00:02 |        |
    When two sends the bytes
      """
      5254 0000 0001 5254 0000 0002 0800 4580 0020 002e 0000 4088 63aa 0a00 0100 0a00
      00ff ffff 0000 0000 e93e 0000 002e
      """
    Then nobody receives it

  Scenario: An IPv6 fragment waits for the rest, but not one that ends between eight bytes
    Given the filter
      """xml
      <filter name='stateful'>
        <rule action='accept' direction='in'><tcp-ipv6/></rule>
      </filter>
      """
    And a bridge with guests
      | guest | MAC               | filter   |
      | one   | 52:54:00:00:00:01 | stateful |
      | two   | 52:54:00:00:00:02 |          |
    When two sends the bytes
      """
      5254 0000 0001 5254 0000 0002 86dd 6000 0000 0010 2c40 2001 0db8 0000 0000 0000
      0000 0000 0002 2001 0db8 0000 0000 0000 0000 0000 0001 1100 0009 0000 0007 0000
      0007 0000 0008
      """
    Then nobody receives it
    When two sends the bytes
      """
      5254 0000 0001 5254 0000 0002 86dd 6000 0000 000c 2c40 2001 0db8 0000 0000 0000
      0000 0000 0002 2001 0db8 0000 0000 0000 0000 0000 0001 1100 0009 0000 0008 0000
      0007
      """
    Then only one receives it

  Scenario: The beginning of an IPv6 datagram that ends between eight bytes is tracked like a whole one
    Given the filter
      """xml
      <filter name='known'>
        <rule action='drop' direction='in'><all-ipv6 state='INVALID'/></rule>
      </filter>
      """
    And a bridge with guests
      | guest | MAC               | filter |
      | one   | 52:54:00:00:00:01 | known  |
      | two   | 52:54:00:00:00:02 |        |
    When two sends the bytes
      """
      5254 0000 0001 5254 0000 0002 86dd 6fc0 0000 000c 2c40 2001 0db8 0000 0000 0000
      0000 0000 0001 0000 0000 0000 0000 0000 0000 0000 0000 3200 0001 0000 0061 0000
      0061
      """
    Then only one receives it

  Scenario: A half-open peer is reset with the very number that it acknowledged
    Given the filter
      """xml
      <filter name='known'>
        <rule action='drop' direction='in'><tcp-ipv6 state='INVALID'/></rule>
      </filter>
      """
    And a bridge with guests
      | guest | MAC               | filter |
      | one   | 52:54:00:00:00:01 | known  |
      | two   | 52:54:00:00:00:02 |        |
    When two sends the bytes
      """
      5254 0000 0001 5254 0000 0002 86dd 6000 0000 0014 0640 2001 0db8 0000 0000 0000
      0000 0000 0002 2001 0db8 0000 0000 0000 0000 0000 0001 0016 1999 0000 03e8 0000
      0000 5002 ffff 36d7 0000
      """
    Then only one receives it
    When one sends the bytes
      """
      5254 0000 0002 5254 0000 0001 86dd 6000 0000 0014 0640 2001 0db8 0000 0000 0000
      0000 0000 0001 2001 0db8 0000 0000 0000 0000 0000 0002 1999 0016 0000 138d 0000
      03fb 5010 ffff 2329 0000
      """
    Then only two receives it
    When two sends the bytes
      """
      5254 0000 0001 5254 0000 0002 86dd 6000 0000 0014 0640 2001 0db8 0000 0000 0000
      0000 0000 0002 2001 0db8 0000 0000 0000 0000 0000 0001 0016 1999 0000 03fb 0000
      0000 5004 ffff 36c2 0000
      """
    Then only one receives it

  Scenario: An ICMPv6 message that ends in its first word has no type
    Given the filter
      """xml
      <filter name='silent'>
        <rule action='drop' direction='in'><ipv6 protocol='icmpv6' codeend='255'/></rule>
      </filter>
      """
    And a bridge with guests
      | guest | MAC               | filter |
      | one   | 52:54:00:00:00:01 | silent |
      | two   | 52:54:00:00:00:02 |        |
    When two sends the bytes
      """
      5254 0000 0001 5254 0000 0002 86dd 6000 0000 0003 3a40 fe80 0000 0000 0000 0000
      0000 0000 0001 2001 0db8 0000 0001 0000 0000 0000 0000 85ff 4d
      """
    Then only one receives it
    When two sends the bytes
      """
      5254 0000 0001 5254 0000 0002 86dd 6000 0000 0004 3a40 fe80 0000 0000 0000 0000
      0000 0000 0001 2001 0db8 0000 0001 0000 0000 0000 0000 85ff 4d00
      """
    Then nobody receives it

  Scenario: ICMP in an IPv6 packet is invalid for connection tracking
    Given the filter
      """xml
      <filter name='known'>
        <rule action='drop' direction='in'><all-ipv6 state='INVALID'/></rule>
      </filter>
      """
    And a bridge with guests
      | guest | MAC               | filter |
      | one   | 52:54:00:00:00:01 | known  |
      | two   | 52:54:00:00:00:02 |        |
    When two sends the bytes
      """
      5254 0000 0001 5254 0000 0002 86dd 6000 0000 0010 0140 2001 0db8 0000 0000 0000
      0000 0000 0002 2001 0db8 0000 0000 0000 0000 0000 0001 0800 0000 0001 0001 0000
      0000 0000 0000
      """
    Then nobody receives it

  Scenario: An authentication header of which one byte is there is none
    Given the filter
      """xml
      <filter name='no-ah'>
        <rule action='drop' direction='in'><ah-ipv6/></rule>
      </filter>
      """
    And a bridge with guests
      | guest | MAC               | filter |
      | one   | 52:54:00:00:00:01 | no-ah  |
      | two   | 52:54:00:00:00:02 |        |
    When one sends the bytes
      """
      5254 0000 0002 5254 0000 0001 86dd 6000 0000 0001 3340 2001 0db8 0000 0000 0000
      0000 0000 8000 2001 0db8 0000 0000 0000 0000 0000 0000 3b
      """
    Then only two receives it

  Scenario: A flood reaches the newest port first, so what that port rejects is told before older ones hear it
    Given the filter
      """xml
      <filter name='no-udp'>
        <rule action='reject' direction='in'><udp/></rule>
      </filter>
      """
    And a host with the virtual network
      | network | mode     | address       |
      | lab     | isolated | 10.0.0.254/24 |
    And the stations
      | guest | MAC               | at  | address  | filter |
      | one   | 52:54:00:00:00:01 | lab | 10.0.0.1 |        |
      | two   | 52:54:00:00:00:02 | lab | 10.0.0.2 |        |
      | three | 52:54:00:00:00:03 | lab | 10.0.0.3 | no-udp |
    When two sends a ping to one
    # 10.0.0.2 to 10.0.0.3 from port 1 to port 2, for a station that nobody knows
    And one sends the bytes
      """
      5254 0000 0009 5254 0000 0001 0800 4500 001c 0001 0000 4011 66cc 0a00 0002 0a00
      0003 0001 0002 0008 0000
      """
    Then two gets "ICMP 3/3 10.0.0.254 > 10.0.0.2 about UDP 10.0.0.2:1 > 10.0.0.3:2 ttl 64; UDP 10.0.0.2:1 > 10.0.0.3:2 ttl 64"

  Scenario: What goes to several ports is rejected once for each of them, and no other
    Given the filter
      """xml
      <filter name='no-udp'>
        <rule action='reject' direction='out'><udp/></rule>
      </filter>
      """
    And a host with the virtual network
      | network | mode     | address       |
      | lab     | isolated | 10.0.0.254/24 |
    And the stations
      | guest | MAC               | at  | address  | filter |
      | one   | 52:54:00:00:00:01 | lab | 10.0.0.1 | no-udp |
      | two   | 52:54:00:00:00:02 | lab | 10.0.0.2 |        |
      | three | 52:54:00:00:00:03 | lab | 10.0.0.3 |        |
    When one sends a UDP datagram to two
    Then nobody receives it
    And one receives 2 frames
