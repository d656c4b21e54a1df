//! Sample request lanes.

use faultline_view::*;

use super::Lcg;

/// A balancer before `nodes` nodes of so many workers each, with messages of every kind.
pub fn queues(nodes: u32, workers: u32, messages: u32) -> Queues {
    let mut random = Lcg(17);
    let lane = |index: u32| QueueLane {
        holds: "".into(),
        name: (index + 1).to_string().into(),
        caption: format!(":{}", 5_001 + index).into(),
        status: match index % 9 {
            4 => NodeStatus::Down,
            7 => NodeStatus::Paused,
            _ => NodeStatus::Up,
        },
        tone: Tone::Series(index as u8 % 6),
        share: Some(1.0 / nodes as f32 * (0.7 + 0.3 * (index % 3) as f32)),
        expected: Some(1.0 / nodes as f32),
        workers: Vec::new(),
        waiting: 0,
        out: index % 9 == 5,
    };
    let mut lanes: Vec<QueueLane> = (0..nodes).map(lane).collect();
    for lane in &mut lanes {
        for _ in 0..workers {
            let serving = random.below(7);
            let jobs = (0..serving).map(|index| QueueJob {
                progress: random.next() as f32,
                given_up: index % 4 == 3,
            });
            lane.workers.push(QueueWorker {
                serving,
                jobs: jobs.collect(),
            });
        }
    }
    let message = |index: u32| QueueMessage {
        id: format!("client.{index}").into(),
        lane: (!index.is_multiple_of(4)).then(|| random.below(nodes)),
        back: index % 3 == 1,
        progress: random.next() as f32,
        label: format!("PUT user_{index}").into(),
        kind: match index % 8 {
            3 => QueueMessageKind::Failed,
            5 => QueueMessageKind::Check,
            6 => QueueMessageKind::Late,
            _ => QueueMessageKind::Plain,
        },
    };
    let loss = QueueLoss {
        lane: Some(nodes - 1),
        back: false,
        way: 0.7,
        age: 0.2,
    };
    let source = |name: &str, label: &str, caption: &str| QueueSource {
        name: name.into(),
        label: label.into(),
        caption: caption.into(),
        status: NodeStatus::Up,
    };
    Queues {
        title: "".into(),
        sources: vec![
            source("client", "12", "60 requests/s"),
            source("balancer", "", "power of two choices"),
        ],
        lanes,
        lined: false,
        messages: (0..messages).map(message).collect(),
        worded: false,
        losses: vec![loss],
    }
}

/// One node with many workers, and no balancer.
pub fn alone(workers: u32) -> Queues {
    let mut one = queues(1, workers, 3);
    one.sources.pop();
    for message in &mut one.messages {
        message.lane = Some(0);
    }
    one.lanes[0].share = None;
    one
}

/// Nodes with two workers each, and requests in line before them.
pub fn line(nodes: u32) -> Queues {
    let mut lined = queues(nodes, 2, 8);
    lined.lined = true;
    for (lane, waiting) in lined.lanes.iter_mut().zip([3, 0, 40, 1_234]) {
        lane.waiting = waiting;
        for worker in &mut lane.workers {
            worker.serving = worker.serving.min(1);
            worker.jobs.truncate(1);
        }
    }
    lined
}
