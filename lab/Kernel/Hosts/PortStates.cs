using Lab.Contract.Testbeds;
using Lab.Engine.Interop.Netlink;
using Lab.Engine.Packets;

namespace Lab.Kernel.Hosts;

/// <summary>Where the kernel's spanning tree has brought the ports that came since this was opened; it tells every step itself.</summary>
internal sealed class PortStates : IDisposable
{
    private const byte Learning = 2, Forwarding = 3; // BR_STATE_*

    private readonly RouteSocket _news = new(hearsLinks: true);
    private readonly Dictionary<string, byte> _states = [];

    /// <exception cref="TestbedException">The kernel did not tell it in time.</exception>
    public void Await(Happening happening, Func<GuestName, InterfaceName> deviceOf, TimeSpan patience)
    {
        (string device, byte state) = happening switch
        {
            PortLearns learns => (deviceOf(learns.Guest).ToString(), Learning),
            PortForwards forwards => (deviceOf(forwards.Guest).ToString(), Forwarding),
            _ => throw new TestbedException($"no port tells of this: {happening}"),
        };
        while (!_states.TryGetValue(device, out byte reached) || reached != state)
        {
            if (!_news.Hear(Note, patience))
            {
                throw new TestbedException($"the kernel did not say within {patience.TotalSeconds} s that {device} is in state {state}");
            }
        }
    }

    public void Dispose() => _news.Dispose();

    private void Note(LinkMessage link)
    {
        if (link.PortState is { } state)
        {
            _states[link.Name] = state;
        }
    }
}
