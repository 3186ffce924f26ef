Feature: What a host does with the options of packets
  switching.md section 8.1, step 2: it reads them when it knows where the packet goes, enters itself where they ask for
  it, says where one makes no sense, and sends them back in what it answers.

  Scenario Outline: IPv4 options on a packet that the host carries: <what>
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And a host with the virtual network
      | network | mode  | address          |
      | default | route | 192.168.122.1/24 |
    And IP forwarding is on
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9       | LAN     |
    And everybody has announced themselves
    When g1 routes a UDP datagram to L port 9 from port 5000 with IP options <options>
    Then L gets "<L>"
    And g1 gets "<told>"

    Examples:
      | what                                      | options                          | L                                                                                    | told                                                                                                              |
      | fillers                                   | 01010101                         | UDP 192.168.122.11:5000 > 10.0.0.9:9 ttl 63 options 01010101                         |                                                                                                                   |
      | nothing stands behind their end           | 00ffffff                         | UDP 192.168.122.11:5000 > 10.0.0.9:9 ttl 63 options 00000000                         |                                                                                                                   |
      | one that nobody knows                     | 9e040000                         | UDP 192.168.122.11:5000 > 10.0.0.9:9 ttl 63 options 9e040000                         |                                                                                                                   |
      | a router alert                            | 94040000                         | UDP 192.168.122.11:5000 > 10.0.0.9:9 ttl 63 options 94040000                         |                                                                                                                   |
      | the way is recorded                       | 070b0400000000000000000000000000 | UDP 192.168.122.11:5000 > 10.0.0.9:9 ttl 63 options 070b080a000002000000000000000000 |                                                                                                                   |
      | no room is left for the way               | 0707080102030400                 | UDP 192.168.122.11:5000 > 10.0.0.9:9 ttl 63 options 0707080102030400                 |                                                                                                                   |
      | the time                                  | 440c05000000000000000000         | UDP 192.168.122.11:5000 > 10.0.0.9:9 ttl 63 options 440c0900*                        |                                                                                                                   |
      | address and time                          | 44100501000000000000000000000000 | UDP 192.168.122.11:5000 > 10.0.0.9:9 ttl 63 options 44100d01c0a87a01*                |                                                                                                                   |
      | the time of another                       | 440c05030a00006300000000         | UDP 192.168.122.11:5000 > 10.0.0.9:9 ttl 63 options 440c05030a00006300000000         |                                                                                                                   |
      | no room is left for the time              | 4408090000000000                 | UDP 192.168.122.11:5000 > 10.0.0.9:9 ttl 63 options 4408091000000000                 |                                                                                                                   |
      | the sender says by what way, more or less | 8307040a00000900                 |                                                                                      |                                                                                                                   |
      | the sender says by what way exactly       | 8907040a00000900                 |                                                                                      |                                                                                                                   |
      | a length of 1                             | 82010000                         |                                                                                      | ICMP 12/0 192.168.122.1 > 192.168.122.11 at 20 about UDP 192.168.122.11:5000 > 10.0.0.9:9 ttl 64                  |
      | longer than the header                    | 0101010107080400                 |                                                                                      | ICMP 12/0 192.168.122.1 > 192.168.122.11 at 24 about UDP 192.168.122.11:5000 > 10.0.0.9:9 ttl 64                  |
      | the way is recorded twice                 | 0703040703040000                 |                                                                                      | ICMP 12/0 192.168.122.1 > 192.168.122.11 at 23 about UDP 192.168.122.11:5000 > 10.0.0.9:9 ttl 64 options 07030400 |
      | the pointer stands before the first place | 0707030000000000                 |                                                                                      | ICMP 12/0 192.168.122.1 > 192.168.122.11 at 22 about UDP 192.168.122.11:5000 > 10.0.0.9:9 ttl 64                  |
      | half a place is left                      | 0707050000000000                 |                                                                                      | ICMP 12/0 192.168.122.1 > 192.168.122.11 at 22 about UDP 192.168.122.11:5000 > 10.0.0.9:9 ttl 64                  |
      | the count of hosts without room is full   | 440809f000000000                 |                                                                                      | ICMP 12/0 192.168.122.1 > 192.168.122.11 at 23 about UDP 192.168.122.11:5000 > 10.0.0.9:9 ttl 64                  |

  Scenario Outline: A host sends back what it was asked to record: <what>
    Given a host with the virtual network
      | network | mode     | address          |
      | default | isolated | 192.168.122.1/24 |
    And the stations
      | guest | MAC               | address        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11 | default |
    And everybody has announced themselves
    When g1 routes <packet>
    Then g1 gets "<answer>"

    Examples:
      | what                               | packet                                                                                            | answer                                                                                                                  |
      | a ping                             | a ping to 192.168.122.1 with IP options 070b0400000000000000000000000000                          | ICMP 0/0 192.168.122.1 > 192.168.122.11 ttl 64 options 070b0cc0a87a01c0a87a0100                                         |
      | a ping with a time                 | a ping to 192.168.122.1 with IP options 440c05000000000000000000                                  | ICMP 0/0 192.168.122.1 > 192.168.122.11 ttl 64 options 440c0d00*                                                        |
      | a ping with fillers                | a ping to 192.168.122.1 with IP options 01010101                                                  | ICMP 0/0 192.168.122.1 > 192.168.122.11 ttl 64                                                                          |
      | a ping without room for the answer | a ping to 192.168.122.1 with IP options 070904000000000000000000                                  |                                                                                                                         |
      | a closed port                      | a UDP datagram to 192.168.122.1 port 9 from port 5000 with IP options 0707040000000000            | ICMP 3/3 192.168.122.1 > 192.168.122.11 about UDP 192.168.122.11:5000 > 192.168.122.1:9 ttl 64 options 070708c0a87a0100 |
      | a port where nobody listens        | a TCP SYN to 192.168.122.1 port 9 from port 5000 with IP options 070b0400000000000000000000000000 | TCP 192.168.122.1:9 > 192.168.122.11:5000 RST+ACK ttl 64 options 070b0cc0a87a01c0a87a0100                               |

  Scenario Outline: A host reads IPv6 headers: <what>
    Given an uplink eth0 with address 10.0.0.2/24 and gateway 10.0.0.1
    And the uplink eth0 has the address 2001:db8:f::2/64 and the gateway 2001:db8:f::1 too
    And a host with the virtual network
      | network | mode  | address                            |
      | default | route | 192.168.122.1/24, 2001:db8:1::1/64 |
    And IP forwarding is on
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
      | L     | 52:54:00:00:00:99 | 10.0.0.9, 2001:db8:f::9        | LAN     |
    And everybody has announced themselves
    When g1 routes an IPv6 UDP datagram to <to> port 9 from port 5000 with <headers>
    Then g1 gets "<g1>"
    And L gets "<L>"

    Examples:
      | what                                 | to            | headers                                                         | g1                                                                                                          | L                                                     |
      | padding                              | L             | hop-by-hop options 010400000000                                 |                                                                                                             | UDP [2001:db8:1::11]:5000 > [2001:db8:f::9]:9 hops 63 |
      | more than seven bytes of padding     | L             | hop-by-hop options 0000000000000000000000000000                 |                                                                                                             |                                                       |
      | padding that is not zero             | L             | hop-by-hop options 010400000001                                 |                                                                                                             |                                                       |
      | a router alert                       | L             | hop-by-hop options 050200000100                                 |                                                                                                             | UDP [2001:db8:1::11]:5000 > [2001:db8:f::9]:9 hops 63 |
      | a router alert of one byte           | L             | hop-by-hop options 050100010100                                 |                                                                                                             |                                                       |
      | an option that may be ignored        | L             | hop-by-hop options 1e0400000000                                 |                                                                                                             | UDP [2001:db8:1::11]:5000 > [2001:db8:f::9]:9 hops 63 |
      | an option that may not               | L             | hop-by-hop options 5e0400000000                                 |                                                                                                             |                                                       |
      | an option whose sender is told       | L             | hop-by-hop options 9e0400000000                                 | ICMPv6 4/2 2001:db8:1::1 > 2001:db8:1::11 at 42 about UDP [2001:db8:1::11]:5000 > [2001:db8:f::9]:9 hops 64 |                                                       |
      | eight options                        | L             | hop-by-hop options 1e001e001e001e001e001e001e001e04000000000000 |                                                                                                             | UDP [2001:db8:1::11]:5000 > [2001:db8:f::9]:9 hops 63 |
      | nine options                         | L             | hop-by-hop options 1e001e001e001e001e001e001e001e001e0400000000 |                                                                                                             |                                                       |
      | options for another destination      | L             | destination options 9e0400000000                                |                                                                                                             | UDP [2001:db8:1::11]:5000 > [2001:db8:f::9]:9 hops 63 |
      | options for the host                 | 2001:db8:1::1 | destination options 1e0400000000                                | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:1::1]:9 hops 64       |                                                       |
      | options that the host does not know  | 2001:db8:1::1 | destination options 9e0400000000                                | ICMPv6 4/2 2001:db8:1::1 > 2001:db8:1::11 at 42 about UDP [2001:db8:1::11]:5000 > [2001:db8:1::1]:9 hops 64 |                                                       |
      | a router alert for nobody on the way | 2001:db8:1::1 | destination options 050100010100                                | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:1::1]:9 hops 64       |                                                       |
      | a way that ends here                 | 2001:db8:1::1 | routing header 000000000000                                     | ICMPv6 1/4 2001:db8:1::1 > 2001:db8:1::11 about UDP [2001:db8:1::11]:5000 > [2001:db8:1::1]:9 hops 64       |                                                       |
      | a way that goes on from here         | 2001:db8:1::1 | routing header 00010000000000000000000000000000000000000000     | ICMPv6 4/0 2001:db8:1::1 > 2001:db8:1::11 at 42 about UDP [2001:db8:1::11]:5000 > [2001:db8:1::1]:9 hops 64 |                                                       |
      | a way that goes on from elsewhere    | L             | routing header 00010000000000000000000000000000000000000000     |                                                                                                             | UDP [2001:db8:1::11]:5000 > [2001:db8:f::9]:9 hops 63 |
      | segments, which nobody has turned on | 2001:db8:1::1 | routing header 040000000000                                     |                                                                                                             |                                                       |

  Scenario Outline: Who speaks to all nodes is told of an option that asks for it, <option>
    Given a host with the virtual network
      | network | mode     | address                            |
      | default | isolated | 192.168.122.1/24, 2001:db8:1::1/64 |
    And the stations
      | guest | MAC               | address                        | at      |
      | g1    | 52:54:00:00:00:11 | 192.168.122.11, 2001:db8:1::11 | default |
    And everybody has announced themselves
    When g1 sends an IPv6 UDP datagram to ff02::1 port 9 from port 5000 with <kind> options <option>0400000000 and destination MAC 33:33:00:00:00:01
    Then g1 gets "<told>"

    Examples:
      | kind        | option | told                                                                                                  |
      | hop-by-hop  | 9e     | ICMPv6 4/2 2001:db8:1::1 > 2001:db8:1::11 at 42 about UDP [2001:db8:1::11]:5000 > [ff02::1]:9 hops 64 |
      | hop-by-hop  | de     |                                                                                                       |
      | destination | 9e     | ICMPv6 4/2 2001:db8:1::1 > 2001:db8:1::11 at 42 about UDP [2001:db8:1::11]:5000 > [ff02::1]:9 hops 64 |
      | destination | de     |                                                                                                       |
