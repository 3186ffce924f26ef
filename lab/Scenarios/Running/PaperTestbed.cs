using Lab.Contract.Testbeds;

namespace Lab.Scenarios.Running;

/// <summary>A testbed that builds nothing and carries nothing: for finding out what a scenario would need.</summary>
internal sealed class PaperTestbed : ITestbed
{
    public string Name => "paper";

    public ILiveTopology Build(Topology topology) => Standing.Instance;

    public void Dispose()
    {
        // nothing is held
    }

    private sealed class Standing : ILiveTopology
    {
        public static readonly Standing Instance = new();

        public Observation Send(IReadOnlyList<Stimulus> stimuli) => new([], []);

        public void Change(Topology next)
        {
            // a drawing shows the beginning
        }

        public void Move(GuestName guest)
        {
            // it looks the same at any port
        }

        public void SetLink(string device, bool up)
        {
            // its place is the same
        }

        public void Wait(TimeSpan time)
        {
            // nor does it age
        }

        public string Describe() => "";

        public void Dispose()
        {
            // nothing is held
        }
    }
}
