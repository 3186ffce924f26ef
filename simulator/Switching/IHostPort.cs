namespace Lab.Simulator.Switching;

/// <summary>The host's stack above a bridge device.</summary>
public interface IHostPort
{
    /// <summary>Takes a frame that is for the host too, or only; its bytes are lent for the call.</summary>
    void Receive(Bridge bridge, in PassingFrame frame);
}
