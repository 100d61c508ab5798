# 報告書の日本語の文言。識別子は en.ftl と同じで、試験で照合される。

language = 日本語
title = 工程表
skip = 概要へ移動
no-script = このページの図と表は内蔵のスクリプトが描きますが、スクリプトが無効になっています。概要はそのまま読めます。
theme = 明暗の切替
print = 印刷
contents = 目次
times-in = 時刻は { $zone }
issued = 計画発行 { $time }
horizon = { $start } ～ { $end }

summary = 概要
synthetic-title = 合成気象
synthetic = この工程の気象は生成器によるもので、観測値でも予報値でもありません。日付は計画の組み立てを示すもので、海況が実際に許す時期を示すものではありません。
says-nothing = 予定された作業はありません。
says-activities = { $start } から { $end } まで、{ $vessels ->
        [0] 船舶によらず
       *[other] 船舶 { $vessels } 隻で
    } { $activities ->
       *[other] { $activities } 件の作業を行います。
    }
says-tonnes = 海底から { $sampled } t を揚泥し、{ $delivered } t を陸揚げします。
says-finish = すべての作業は { $finish } までに終わります。
says-weather = 荒天待機は { $hours } で、船舶時間の { $share } にあたります。
says-longest = 最も長い待機は「{ $what }」（{ $start } 開始）の { $hours } です。
says-critical = { $critical ->
        [0] クリティカルな作業はありません。どの作業も、完了を遅らせずに開始を遅らせることができます。
       *[other] クリティカルな作業は { $critical } 件です。そのどれかが遅れると後続が遅れます。
    }
says-optimal = 計画を守る工程でこれより良いものはありません。すべての目標について、値がこれ以上改善できないことをソルバーが証明しました。
says-feasible = この工程は計画を守っていますが、これより良いものがないことは証明されていません。改善の余地は下の限界値のとおりです。
says-cost = 費用は { $cost } です。
says-fuel =
    { $known ->
        [yes] 船の燃料消費は { $fuel } t、二酸化炭素の排出は { $co2 } t です。
       *[other] 船の燃料消費は { $fuel } t です。
    }
says-late = 期日の超過は合計 { $hours } です。

figures = 主要値
sampled = 揚泥
delivered = 陸揚げ
supplied = 供給
finish = 完了
weather-wait = 荒天待機
cost = 費用
fuel = 燃料
co2 = CO2
late = 遅延
answer = 解
optimal = 最適性を証明済み
feasible = 実行可能（最適性は未証明）
gap = 差 { $gap }

timeline = 工程
timeline-hint = ドラッグまたは Shift + スクロールで移動、Ctrl + スクロールまたはピンチで拡大縮小。キーボード：矢印で作業を移動、+ と − で拡大縮小、Shift + 矢印で移動、0 で全体、Enter でカーソルを置く。
gantt-label = 作業の工程図。矢印キーで作業を移動できます。同じ内容が下の作業表にあります。
zoom-in = 拡大
zoom-out = 縮小
zoom-all = 全体
earlier = 前へ
later = 後へ
vessels = 船舶
other-work = その他の作業
all = すべて
critical-path = クリティカルパス
windows = 気象ウィンドウ
baseline = 基準工程
links = 順序関係
float = 余裕
rows = 行
rows-tasks = 作業別
rows-vessels = 船舶別
legend-task = 作業
legend-sail = 航海
legend-sampling = 揚泥
legend-transfer = 移送
legend-weather = 荒天待機
legend-other = その他の待機
legend-window = 気象ウィンドウ
legend-float = 余裕
legend-critical = クリティカル
legend-baseline = 基準工程
now = 現在
waiting = 待機
sail-to = { $site } へ航海
kind-task = 作業
kind-sail = 航海
kind-sampling = 揚泥
kind-transfer = 移送
kind-process = 処理
kind-supply = 供給
kind-wait = 待機
kind-idle = 停泊
of-which-weather = うち荒天待機 { $hours }
is-critical = クリティカル
float-of = 余裕 { $hours }
limits-of = 限界 { $limits }
was-planned = 基準工程 { $start } ～ { $end }
is-new = 基準工程になし
no-activities = 表示する作業はありません。
nothing-picked = すべての船舶が除外されています。

sea = 海況
sea-label = { $site } の気象、{ $channel }
sea-note = 値は各時間枠にかかる標本の最大値。破線は作業の限界値、赤は最も低い限界値、または選択中の作業の限界値を超える部分。
sea-none = この工程には気象が含まれていません。気象なしで作成されたか、以前の版によるものです。
hs = 有義波高
tp = ピーク周期
wind = 風速
current = 流速
swell = うねり
forecast-limit = 予報限界
limit = 限界
stocks = 在庫と陸揚げ
stocks-note = 船上と陸上のトン数。線上の印は陸揚げ。
stock-label = { $holder } の { $commodity }

map = 海図
map-note = メルカトル図法、経緯線は度。海岸線は描いていません。航海用ではありません。
map-label = 地点と航路の図。下のつまみで船舶が動きます。
map-time = 時刻
play = 再生
pause = 停止
at-site = { $vessel }：{ $site } で { $what }
under-way = { $vessel }：{ $site } へ航海中、{ $position }
nautical-miles = 海里
tracks = 航路

activities = 作業一覧
find = 検索
start = 開始
end = 終了
length = 所要
what = 作業
where = 場所
vessel = 船舶
tonnes = t
commodity = 品目
critical = クリティカル
cut = 全 { $all } 行のうち最初の { $some } 行です。すべての行は、このページの schedule.json とその csv にあります。
shown = { $all } 件中 { $from } ～ { $to }
previous = 前
next = 次
none-found = 該当する作業はありません。
deliveries = 陸揚げ
hours = 船舶の時間
work-h = 作業
sail-h = 航海
weather-h = 荒天待機
other-h = その他の待機
idle-h = 停泊
elapsed-h = 合計
hours-note = 各船の時間の合計は計画期間に等しい。
stock-table = 在庫
peak = 最大
at-end = 終了時
costs = 費用
item = 項目
amount = 金額
total = 合計
proof = 解の確かさ
proof-note = 目標は順に達成され、先の目標を保ったまま次を改善する。限界値は、どの工程も超えられない値。
goal = 目標
value = 値
bound = 限界値
proven = 証明済み
goal-delivered = 陸揚げ（価値）
goal-sampled = 揚泥（価値）
goal-supplied = 供給（価値）
goal-finish = 完了
goal-cost = 費用
goal-lateness = 遅延
goal-emissions = 排出量
solver = ソルバー { $solver }
assumptions = 仮定と出典
assumptions-note = 計画の作成者が数値の横に書いた注記（原文）。
assumption = 仮定
assumptions-only = 仮定のみ
line = 行
place = 箇所
key = 項目
remark = 注記
notes-none = この工程には計画の注記が含まれていません。
weather = 気象
origin-synthetic = 合成
origin-forecast = 予報
origin-hindcast = 過去推算
samples = 標本
step = 間隔
limits = 限界値
limits-table = 作業の限界値
operational-limit = 作業限界
alpha-factor = アルファ係数
too-long = 予報では長すぎる
too-long-why = T_POPが72時間またはT_Rが96時間を超え、中断できません。気象制限作業ではありません

compared = 基準工程との比較
compared-note = 基準工程からこの工程への変更点。
compared-same = 実施する作業に変更はありません。
other-plan = 基準工程は別の計画「{ $plan }」のものです。同じ名前の作業だけを比較できます。
before = 変更前
after = 変更後
change = 変化
added = 追加
removed = 削除
moved = 移動
unchanged = { $count ->
       *[other] { $count } 件の作業は変更ありません。
    }

odds = 達成の見込み
colophon = mudline { $version } により作成。計画 { $plan }。このファイルは通信を必要としません。
odds-note = 各試行は、ひとつの気象年と抽出された所要時間で工程を実行したもの。百分位は、百回中その回数の試行が超えない値。気象：{ $about }、乱数種 { $seed }。
odds-synthetic = 気象年は合成されたもので、見込みは生成器によるものです。
odds-incomplete = シミュレーションは途中で終了したか、一部が欠けています。
odds-other-plan = シミュレーションは別の版の計画「{ $plan }」によるものです。
odds-curve = いつまでに何が達成されるか：P10 ～ P90、線は P50（{ $unit }）
odds-dates = 完了の時期
odds-amounts = 量と時間
policy-follow = 工程の順序どおり、気象が許し次第
policy-clairvoyant = 各年の気象をすべて知った上で計画し直した場合
runs = { $runs } 回の試行
runs-head = 試行
outcome = 結果
outcome-done = 要求どおり完了
outcome-short = 一部完了
outcome-late = 遅延
outcome-stuck = 停滞
outcome-lost = 不成立
outcome-impossible = 実行不能
share = 割合（95 % 区間）
date-kept = 守られた期日
end-of-plan = 計画の終わり
lost-by = 荒天待機の内訳
per-run = 一試行あたり
planned = 予定
never = なし
first-mud = 最初の揚泥
