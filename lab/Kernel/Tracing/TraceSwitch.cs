using Lab.Engine.Packets;
using Lab.Testbeds;

namespace Lab.Kernel.Tracing;

/// <summary>Rules that set the trace bit of packets, in front of every chain of ours (which begin at -300).</summary>
/// <param name="Text">For nft; may be run again.</param>
internal sealed record TraceSwitch(string Text)
{
    /// <summary>Every frame but markers from the moment a port takes it, and whatever the host sends from the moment it leaves the stack.</summary>
    public static readonly TraceSwitch AllButMarkers = In("lab-trace", "", $$"""
          chain arriving { type filter hook prerouting priority -400; ether saddr != {{Devices.MarkerMac}} meta nftrace set 1
          }
          chain sent { type filter hook output priority -400; meta nftrace set 1
          }
        """);

    /// <summary>What comes from a port, and what is about to be judged on its way to it.</summary>
    /// <remarks>The table belongs to the socket that made it: when the process is gone, however it went, so is the table.</remarks>
    public static TraceSwitch Of(InterfaceName port) => In($"nwlab-trace-{Environment.ProcessId}", "flags owner;", $$"""
          chain from { type filter hook prerouting priority -400; iifname "{{port}}" meta nftrace set 1
          }
          chain forwarded { type filter hook forward priority -400; oifname "{{port}}" meta nftrace set 1
          }
          chain sent { type filter hook postrouting priority -400; oifname "{{port}}" meta nftrace set 1
          }
        """);

    private static TraceSwitch In(string table, string flags, string chains) =>
        new($"table bridge {table} {{ {flags} }}\ndelete table bridge {table}\ntable bridge {table} {{ {flags}\n{chains}\n}}\n");
}
